# shellcheck shell=sh
# What install.sh, uninstall.sh and the scripts of the Debian package share: user, folders, configuration. POSIX sh; to be
# read by ".".

ACCOUNT=millwright
# For images of a disk and for tests: another root than /.
ROOT=${DESTDIR:-}
ETC=$ROOT/etc/millwright
STATE=$ROOT/var/lib/millwright
# shellcheck disable=SC2034 # of the scripts that read this one
UNITS=$ROOT/etc/systemd/system
DRY_RUN=
# The `millwright` of people. npm makes one of the same name, with a relative target: that one is npm's.
LINK=$ROOT/usr/local/bin/millwright

say() { printf '%s\n' "$*"; }

# refuse WHAT NEXT: both lines on stderr, exit code 1.
refuse() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  [ -z "${2:-}" ] || printf 'Next: %s\n' "$2" >&2
  exit 1
}

# usage_error WHAT: exit code 2.
usage_error() {
  printf '%s: %s\nSee: %s --help\n' "$(basename "$0")" "$1" "$0" >&2
  exit 2
}

# Runs a command, or tells it with --dry-run.
act() {
  if [ -n "$DRY_RUN" ]; then
    printf 'would run:'
    printf ' %s' "$@"
    printf '\n'
  else
    "$@"
  fi
}

need_linux_root() {
  [ "$(uname -s)" = Linux ] || refuse "This is $(uname -s), not Linux." "On a Mac the agent is a service of launchd: see macos/README.md"
  [ -n "$DRY_RUN" ] || [ "$(id -u)" -eq 0 ] || refuse "Services are installed by root." "Run: sudo $0 …"
  command -v systemctl >/dev/null 2>&1 || refuse "There is no systemctl on the PATH: this host has no systemd." \
    "Run millwright agent or millwright controller under the service manager that you have: docs/install.md"
}

# The user of both services. Builds run as it, so nothing else should belong to it.
make_account() {
  getent passwd "$ACCOUNT" >/dev/null 2>&1 && return 0
  act useradd --system --user-group --home-dir /var/lib/millwright --no-create-home --shell /usr/sbin/nologin "$ACCOUNT"
}

# The group may write where the configuration is: `millwright agent join`, as that user, lays key and CA there. The services
# themselves, and so all builds, see it read-only.
make_folders() {
  act mkdir -p "$ETC" "$STATE"
  act chown "root:$ACCOUNT" "$ETC"
  act chmod 0770 "$ETC"
  act chown "$ACCOUNT:$ACCOUNT" "$STATE"
  act chmod 0750 "$STATE"
}

# make_config agent|controller: a first configuration. One that is there is never touched.
make_config() {
  case $1 in agent) config=$ETC/agent.yaml ;; *) config=$ETC/controller.env ;; esac
  [ ! -e "$config" ] || return 0
  if [ -n "$DRY_RUN" ]; then
    say "would write $config"
    return 0
  fi
  if [ "$1" = agent ]; then agent_config >"$config"; else controller_config >"$config"; fi
  chown "$ACCOUNT:$ACCOUNT" "$config"
  chmod 0640 "$config"
}

agent_config() {
  cat <<'CONFIG'
# Every key with its default: agent.config.example.yaml, in Millwright's folder. What is changed here is read anew by
# systemctl reload millwright-agent.
workFolder: /var/lib/millwright/agent
slots: 1
# environment:
#   ANDROID_HOME: /opt/android-sdk
#   JAVA_HOME: /usr/lib/jvm/java-17-openjdk-amd64
CONFIG
}

controller_config() {
  cat <<'CONFIG'
# Options of `millwright controller` (--help tells all of them); no quotes, no spaces inside of one.
MILLWRIGHT_CONTROLLER_OPTIONS=--http 127.0.0.1:8080 --grpc 0.0.0.0:8081
CONFIG
}

# An agent that neither joined nor has a token can only fail.
is_configured() {
  [ "$1" = agent ] || return 0
  [ -e "$ETC/agent.token" ] || grep -Eq '^[[:space:]]+(keyFile|tokenFile):[[:space:]]*"?[^"[:space:]#]' "$ETC/agent.yaml" 2>/dev/null
}

# Whether the `millwright` of people is the one that install.sh made.
is_own_link() {
  case $(readlink "$LINK" 2>/dev/null || true) in
    /*/dist/cli/main.js | /*/bin/millwright) return 0 ;;
    *) return 1 ;;
  esac
}

# Builds that run on this host: folders with a job and without a result.
running_builds() {
  for job in "$STATE"/agent/jobs/*/; do
    [ ! -f "$job/spec.json" ] || [ -f "$job/result.json" ] || say "$job"
  done
}
