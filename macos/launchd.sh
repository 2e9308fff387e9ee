# What install.sh and uninstall.sh share: options, places, launchctl. To be read by "."; bash 3.2, as macOS has it.

LABEL=dev.millwright.agent
# For tests and images of a disk: another root than / for what is written below /Library.
ROOT=${MILLWRIGHT_ROOT:-}
DRY_RUN=

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

need_tool() {
  command -v "$1" >/dev/null 2>&1 || refuse "There is no $1 on the PATH." "$2"
}

need_mac() {
  [ "$(uname -s)" = Darwin ] || refuse "This is $(uname -s), not macOS." "On Linux the agent is a service of systemd: see linux/README.md"
  need_tool launchctl "It is a part of macOS, in /bin."
  need_tool plutil "It is a part of macOS, in /usr/bin."
}

# places FORM USER: sets DOMAIN, PLIST, LOGS, OTHER_PLIST, USER_HOME and USER_UID. Refuses who may not do it.
places() {
  form=$1
  caller=$(id -u)
  account=$2
  USER_UID=$(id -u "$account" 2>/dev/null) || refuse "There is no user $account." "Name one that exists: --user NAME"
  USER_HOME=$(dscl . -read "/Users/$account" NFSHomeDirectory 2>/dev/null | sed -n 's/^NFSHomeDirectory: //p')
  [ -n "$USER_HOME" ] || refuse "The home folder of $account is not known." "Look at: dscl . -read /Users/$account"
  [ "$USER_UID" -ne 0 ] || refuse "The agent must not run as root: builds run what their repositories say." "Name another user: --user NAME"
  LOGS=$USER_HOME/Library/Logs/Millwright
  agent_plist=$USER_HOME/Library/LaunchAgents/$LABEL.plist
  daemon_plist=$ROOT/Library/LaunchDaemons/$LABEL.plist
  if [ "$form" = agent ]; then
    [ "$caller" -eq "$USER_UID" ] || refuse "A LaunchAgent belongs to its user, and this runs as another one." "Run it as $account, without sudo: macos/$(basename "$0") --agent"
    DOMAIN=gui/$USER_UID PLIST=$agent_plist OTHER_PLIST=$daemon_plist
  else
    [ -n "$DRY_RUN" ] || [ "$caller" -eq 0 ] || refuse "A LaunchDaemon is installed by root." "Run: sudo macos/$(basename "$0") --daemon --user $account …"
    DOMAIN=system PLIST=$daemon_plist OTHER_PLIST=$agent_plist
  fi
}

is_loaded() { launchctl print "$DOMAIN/$LABEL" >/dev/null 2>&1; }

# Takes the service out of launchd and waits until it is gone: launchd answers before.
boot_out() {
  is_loaded || return 0
  said=$(launchctl bootout "$DOMAIN/$LABEL" 2>&1) || case $said in
    *"No such process"* | *"in progress"*) ;; # gone meanwhile, or on its way
    *) refuse "launchd does not let go of $DOMAIN/$LABEL: $said" "Look at: launchctl print $DOMAIN/$LABEL" ;;
  esac
  tries=0
  while is_loaded; do
    tries=$((tries + 1))
    [ "$tries" -le "${MILLWRIGHT_TRIES:-60}" ] || refuse "$DOMAIN/$LABEL is still there after a minute." "Look at: launchctl print $DOMAIN/$LABEL"
    sleep 1
  done
}
