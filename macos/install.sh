#!/bin/bash
# Installs the agent as a service of launchd, or installs it anew.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/launchd.sh"

usage() {
  cat <<'USAGE'
Usage: macos/install.sh --agent|--daemon --config FILE [options]

  --agent          a LaunchAgent: runs while its user is logged in at the screen (run it without sudo)
  --daemon         a LaunchDaemon: runs from the start of the Mac as --user (run it with sudo)
  --config FILE    the agent's configuration
  --user NAME      whom the agent runs as (default with --agent: you)
  --prefix FOLDER  where Millwright is (default: the folder above this script)
  --releases FOLDER  where releases lie side by side: upgrades that fail are rolled back by themselves (docs/upgrade.md)
  --node FILE      which node runs it (default: the one of PATH)
  --path PATH      the PATH of agent and builds (default: node's folder, Homebrew's, the system's)
  --dry-run        tell what would be done, and do nothing

A second call replaces the first. macos/README.md tells which of the two forms to take.
USAGE
}

FORM='' CONFIG='' ACCOUNT='' PREFIX='' NODE='' RELEASES='' SEARCH_PATH=''
while [ $# -gt 0 ]; do
  case $1 in
    --agent | --daemon)
      [ -z "$FORM" ] || [ "$FORM" = "${1#--}" ] || usage_error "--agent and --daemon exclude each other."
      FORM=${1#--} ;;
    --config | --user | --prefix | --releases | --node | --path)
      [ $# -ge 2 ] || usage_error "$1 needs a value."
      case $1 in
        --config) CONFIG=$2 ;; --user) ACCOUNT=$2 ;; --prefix) PREFIX=$2 ;; --releases) RELEASES=$2 ;; --node) NODE=$2 ;; --path) SEARCH_PATH=$2 ;;
      esac
      shift ;;
    --dry-run) DRY_RUN=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage_error "There is no option $1." ;;
  esac
  shift
done

# Which Node, which program, which configuration: all as absolute paths.
find_program() {
  [ -n "$NODE" ] || NODE=$(command -v node || true)
  [ -n "$NODE" ] && [ -x "$NODE" ] || refuse "There is no node${NODE:+ at $NODE}." "brew install node, or name it: --node FILE"
  version=$("$NODE" -p process.versions.node 2>/dev/null) || refuse "$NODE does not run." "Try: $NODE --version"
  major=${version%%.*} rest=${version#*.}
  minor=${rest%%.*}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    refuse "Node $version at $NODE is too old: Millwright needs 20.19 or later." "brew install node, or name another one: --node FILE"
  fi
  [ -n "$PREFIX" ] || PREFIX=$(dirname "$HERE")
  PROGRAM=$PREFIX/dist/cli/main.js
  [ -z "$RELEASES" ] || find_releases
  [ -f "$PROGRAM" ] || refuse "There is no $PROGRAM." "Build Millwright first (make build), or name its folder: --prefix FOLDER"
}

# The launcher of the releases takes the place of node and program.
find_releases() {
  case $RELEASES in /*) ;; *) usage_error "--releases must be an absolute path." ;; esac
  [ -x "$RELEASES/launch" ] || refuse "There are no releases in $RELEASES yet." \
    "Begin with one: $NODE $PROGRAM agent upgrade FILE.tgz --prefix $RELEASES --config FILE --no-restart"
  PROGRAM=$RELEASES/launch
}

find_config() {
  [ -n "$CONFIG" ] || usage_error "--config FILE is needed."
  [ -r "$CONFIG" ] || refuse "The configuration $CONFIG can't be read." "Copy agent.config.example.yaml and change what differs."
  FOLDER=$(cd "$(dirname "$CONFIG")" && pwd)
  CONFIG=$FOLDER/$(basename "$CONFIG")
}

# A text as a property list holds it, for sed.
for_sed() {
  printf '%s' "$1" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/[\\&|]/\\&/g'
}

write_plist() {
  template=$HERE/LaunchAgent.plist
  [ "$FORM" = agent ] || template=$HERE/LaunchDaemon.plist
  runner=$NODE
  [ -z "$RELEASES" ] || runner=/bin/sh
  sed -e "s|@NODE@|$(for_sed "$runner")|" -e "s|@PROGRAM@|$(for_sed "$PROGRAM")|" \
    -e "s|@CONFIG@|$(for_sed "$CONFIG")|" -e "s|@FOLDER@|$(for_sed "$FOLDER")|" \
    -e "s|@PATH@|$(for_sed "$SEARCH_PATH")|" -e "s|@LOGS@|$(for_sed "$LOGS")|" \
    -e "s|@USER@|$(for_sed "$ACCOUNT")|" -e "s|@HOME@|$(for_sed "$USER_HOME")|" "$template" >"$1"
  said=$(plutil -lint "$1" 2>&1) || refuse "The property list is not valid: $said" "Look for unusual characters in the paths."
}

check_session() {
  [ "$FORM" = agent ] || return 0
  said=$(launchctl print "$DOMAIN" 2>&1 >/dev/null) && return 0
  refuse "Nobody is logged in at the screen as $ACCOUNT ($said)." \
    "Log in at the screen or by Screen Sharing (for good: automatic login), or take --daemon."
}

# launchd lets a label go only seconds after it was booted out, and says "Input/output error" until then.
boot_in() {
  tries=0
  until said=$(launchctl bootstrap "$DOMAIN" "$PLIST" 2>&1); do
    case $said in *"5: Input/output error"*) tries=$((tries + 1)) ;; *) tries=1000 ;; esac
    [ "$tries" -le "${MILLWRIGHT_TRIES:-60}" ] || refuse "launchd refused $PLIST: $said" \
      "Look at: launchctl print $DOMAIN; plutil -lint $PLIST; ls -l $PLIST"
    sleep 1
  done
}

[ -n "$FORM" ] || usage_error "Say --agent or --daemon."
need_mac
[ "$FORM" = agent ] || [ -n "$ACCOUNT" ] || usage_error "--daemon needs --user NAME: whom the agent runs as."
[ -n "$ACCOUNT" ] || ACCOUNT=$(id -un)
find_program
find_config
places "$FORM" "$ACCOUNT"
[ ! -e "$OTHER_PLIST" ] || refuse "The other form is installed: $OTHER_PLIST. Two agents in one work folder exclude each other." \
  "Remove that one first: macos/uninstall.sh"
[ -n "$SEARCH_PATH" ] || SEARCH_PATH=$(dirname "$NODE"):/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
check_session

fresh=$(mktemp "${TMPDIR:-/tmp}/millwright.XXXXXX")
trap 'rm -f "$fresh"' EXIT
write_plist "$fresh"
if [ -n "$DRY_RUN" ]; then
  say "would write $PLIST:"
  cat "$fresh"
fi

act mkdir -p "$(dirname "$PLIST")" "$LOGS"
[ "$FORM" = agent ] || act chown "$ACCOUNT" "$LOGS"
if [ -n "$DRY_RUN" ]; then is_loaded && say "would run: launchctl bootout $DOMAIN/$LABEL"; else boot_out; fi
act cp "$fresh" "$PLIST"
act chmod 644 "$PLIST"
[ "$FORM" = agent ] || act chown 0:0 "$PLIST"
act launchctl enable "$DOMAIN/$LABEL"
if [ -n "$DRY_RUN" ]; then say "would run: launchctl bootstrap $DOMAIN $PLIST"; else boot_in; fi
act launchctl kickstart "$DOMAIN/$LABEL"
[ -z "$DRY_RUN" ] || exit 0
say "Installed $DOMAIN/$LABEL, which runs as $ACCOUNT."
say "It writes to $LOGS/agent.log. Whether this host can build, and sign:"
if [ -n "$RELEASES" ]; then
  say "  PATH=$SEARCH_PATH $RELEASES/bin/millwright doctor --config $CONFIG"
else
  say "  PATH=$SEARCH_PATH $NODE $PROGRAM doctor --config $CONFIG"
fi
