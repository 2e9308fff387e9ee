#!/bin/sh
# Installs the agent or the controller as a service of systemd, or upgrades it in place.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=linux/service.sh
. "$HERE/service.sh"

usage() {
  cat <<'USAGE'
Usage: linux/install.sh --agent|--controller [options]

  --agent            the agent of a build host
  --controller       the controller
  --prefix FOLDER    where Millwright is (default: the folder above this script)
  --releases FOLDER  (of an agent) let releases lie side by side in this folder, such as /opt/millwright: upgrades that fail
                     are rolled back by themselves (docs/upgrade.md)
  --package FILE     the first of these releases, as make bundle or npm pack made it
  --node FILE        which node runs it (default: the one of PATH)
  --no-start         install only: neither start nor restart
  --dry-run          tell what would be done, and do nothing

Both may be installed on one host. A second call upgrades: configuration, state and running builds stay.
USAGE
}

FORM='' PREFIX='' NODE='' RELEASES='' PACKAGE='' START=yes
while [ $# -gt 0 ]; do
  case $1 in
    --agent | --controller)
      [ -z "$FORM" ] || [ "$FORM" = "${1#--}" ] || usage_error "--agent and --controller: one at a time."
      FORM=${1#--} ;;
    --prefix | --node | --releases | --package)
      [ $# -ge 2 ] || usage_error "$1 needs a value."
      case $1 in --prefix) PREFIX=$2 ;; --node) NODE=$2 ;; --releases) RELEASES=$2 ;; --package) PACKAGE=$2 ;; esac
      shift ;;
    --no-start) START='' ;;
    --dry-run) DRY_RUN=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage_error "There is no option $1." ;;
  esac
  shift
done

# The services see neither /home nor /root: what they run must be elsewhere.
refuse_home() {
  case $1/ in
    /home/* | /root/* | /run/user/*)
      refuse "$1 is in a home folder, which the service can't see." "Put it elsewhere, such as /opt, or into the system: npm install --global" ;;
  esac
}

find_program() {
  [ -n "$NODE" ] || NODE=$(command -v node || true)
  [ -x "$NODE" ] || refuse "There is no node${NODE:+ at $NODE}." "Install Node 20.19 or later, or name it: --node FILE"
  NODE=$(readlink -f "$NODE")
  refuse_home "$NODE"
  version=$("$NODE" -p process.versions.node 2>/dev/null) || refuse "$NODE does not run." "Try: $NODE --version"
  major=${version%%.*} rest=${version#*.}
  minor=${rest%%.*}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    refuse "Node $version at $NODE is too old: Millwright needs 20.19 or later." "Install a newer one, or name another: --node FILE"
  fi
  [ -n "$PREFIX" ] || PREFIX=$(dirname "$HERE")
  PREFIX=$(readlink -f "$PREFIX")
  refuse_home "$PREFIX"
  [ -f "$PREFIX/dist/cli/main.js" ] || refuse "There is no $PREFIX/dist/cli/main.js." "Build Millwright first (make build), or name its folder: --prefix FOLDER"
}

# The folder of the releases, with the first one in it.
find_releases() {
  [ -n "$RELEASES" ] || return 0
  [ "$FORM" = agent ] || usage_error "--releases is for agents."
  case $RELEASES in /*) ;; *) usage_error "--releases must be an absolute path." ;; esac
  refuse_home "$RELEASES"
  [ -x "$RELEASES/launch" ] || [ -n "$PACKAGE" ] || refuse "There are no releases in $RELEASES yet." \
    "Name the first: --package millwright-VERSION.tgz (make bundle, or npm pack)"
  [ -z "$PACKAGE" ] || [ -f "$PACKAGE" ] || refuse "There is no $PACKAGE." "make bundle, or npm pack, makes it."
}

# Later ones come by `millwright agent upgrade`, which tries them out.
lay_first_release() {
  [ -n "$RELEASES" ] && [ ! -x "$RELEASES/launch" ] || return 0
  act "$NODE" "$PREFIX/dist/cli/main.js" agent upgrade "$PACKAGE" --prefix "$RELEASES" --config "$ETC/agent.yaml" \
    --restart "systemctl restart $SERVICE"
}

# The unit as it is in the repository, with the node and the program of this host.
unit_text() {
  if [ -n "$RELEASES" ]; then
    sed -e "s|^ExecStart=.*|ExecStart=$RELEASES/launch agent --config /etc/millwright/agent.yaml|" \
      -e "s|^ReadWritePaths=.*|& $RELEASES/state|" \
      -e "s|file:///usr/share/doc/millwright/|file://$RELEASES/current/lib/node_modules/millwright/docs/|" "$HERE/$SERVICE.service"
    return 0
  fi
  sed -e "s|/usr/bin/node |$NODE |" -e "s|/usr/lib/millwright/dist|$PREFIX/dist|" \
    -e "s|file:///usr/share/doc/millwright/|file://$PREFIX/docs/|" "$HERE/$SERVICE.service"
}

# The `millwright` of people, unless they have one.
link_command() {
  if is_own_link || ! command -v millwright >/dev/null 2>&1; then
    act mkdir -p "$ROOT/usr/local/bin"
    if [ -n "$RELEASES" ]; then
      act ln -sfn "$RELEASES/bin/millwright" "$LINK"
    else
      act ln -sfn "$PREFIX/dist/cli/main.js" "$LINK"
    fi
  fi
}

[ -n "$FORM" ] || usage_error "Say --agent or --controller."
SERVICE=millwright-$FORM
need_linux_root
find_program
find_releases
case "$NODE$PREFIX$RELEASES" in *['|&\ ']*) refuse "A path with a space, | or & can't stand in a unit: $NODE, $PREFIX." "Put it elsewhere: --prefix, --node" ;; esac
[ ! -e "$ROOT/usr/lib/systemd/system/$SERVICE.service" ] || refuse "The package millwright is installed, with a unit of its own." \
  "Upgrade the package, or remove it first: apt remove millwright"

make_account
make_folders
make_config "$FORM"
lay_first_release
link_command
if [ -n "$DRY_RUN" ]; then
  say "would write $UNITS/$SERVICE.service:"
  unit_text
else
  mkdir -p "$UNITS"
  unit_text >"$UNITS/$SERVICE.service.new"
  mv "$UNITS/$SERVICE.service.new" "$UNITS/$SERVICE.service"
fi
act systemctl daemon-reload
act systemctl enable "$SERVICE"
if [ -n "$START" ] && is_configured "$FORM"; then
  act systemctl restart "$SERVICE" # an agent's builds go on meanwhile: KillMode=process
fi
[ -z "$DRY_RUN" ] || exit 0
say "Installed $SERVICE, which runs as $ACCOUNT. Its log: journalctl -u $SERVICE"
if [ "$FORM" = agent ]; then
  as="sudo -u $ACCOUNT millwright"
  is_configured agent || say "Join a controller (millwright agents invite, there, prints the invitation):
  $as agent join INVITATION --config /etc/millwright/agent.yaml --yes && sudo systemctl start $SERVICE"
  say "Whether this host can build: $as doctor --config /etc/millwright/agent.yaml"
else
  say "Its addresses: /etc/millwright/controller.env. Its first token: sudo cat /var/lib/millwright/controller/admin.token"
fi
