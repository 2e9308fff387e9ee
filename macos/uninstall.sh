#!/bin/bash
# Takes the service of the agent away again. What install.sh made goes; configuration, token and Millwright itself stay.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
. "$HERE/launchd.sh"

usage() {
  cat <<'USAGE'
Usage: macos/uninstall.sh --agent|--daemon [options]

  --agent      the LaunchAgent (run it without sudo)
  --daemon     the LaunchDaemon (run it with sudo)
  --user NAME  whose it is (default: you with --agent, the one in the property list with --daemon)
  --now        also while builds run: they are lost
  --purge      the work folder too: mirrors, caches, builds that were not delivered
  --dry-run    tell what would be done, and do nothing
USAGE
}

FORM='' ACCOUNT='' NOW='' PURGE=''
while [ $# -gt 0 ]; do
  case $1 in
    --agent | --daemon)
      [ -z "$FORM" ] || [ "$FORM" = "${1#--}" ] || usage_error "--agent and --daemon exclude each other."
      FORM=${1#--} ;;
    --user)
      [ $# -ge 2 ] || usage_error "$1 needs a value."
      ACCOUNT=$2
      shift ;;
    --now) NOW=yes ;;
    --purge) PURGE=yes ;;
    --dry-run) DRY_RUN=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage_error "There is no option $1." ;;
  esac
  shift
done

# plist_value KEYPATH: of the property list that is installed; empty when it says nothing.
plist_value() { plutil -extract "$1" raw -o - "$PLIST" 2>/dev/null || true; }

# The work folder as the agent understands its configuration; empty when that can't be read any more.
work_folder() {
  node=$(plist_value ProgramArguments.0)
  program=$(plist_value ProgramArguments.1)
  config=$(plist_value ProgramArguments.4)
  case $program in
    */launch) # of releases that lie side by side
      node=$(sed -n 's/^NODE=.*:-\(.*\)}$/\1/p' "$program" 2>/dev/null)
      program=${program%/launch}/current/lib/node_modules/millwright/dist/cli/main.js ;;
  esac
  [ -x "$node" ] && [ -f "$program" ] && [ -f "$config" ] || return 0
  "$node" --input-type=module -e '
    const [reader, config] = process.argv.slice(1);
    const { loadAgentConfig } = await import(reader);
    console.log(loadAgentConfig(config, process.env).workFolder);
  ' "${program%/cli/main.js}/agent/config.js" "$config" 2>/dev/null || true
}

# A build that runs has a folder without a result.
running_builds() {
  [ -n "$WORK" ] || return 0
  for folder in "$WORK"/jobs/*/; do
    [ ! -f "$folder/spec.json" ] || [ -f "$folder/result.json" ] || basename "$folder"
  done
}

# Only what an agent has made, and never a folder that holds more than that.
purge_work() {
  if [ -z "$WORK" ]; then
    say "The work folder is not known any more (its configuration can't be read): it stays."
  elif [ ! -f "$WORK/machine-id" ]; then
    say "$WORK was not made by an agent: it stays."
  else
    act rm -rf "$WORK"
  fi
}

[ -n "$FORM" ] || usage_error "Say --agent or --daemon."
need_mac
if [ -z "$ACCOUNT" ]; then
  ACCOUNT=$(id -un)
  PLIST=$ROOT/Library/LaunchDaemons/$LABEL.plist
  [ "$FORM" = agent ] || ACCOUNT=$(plist_value UserName)
  [ -n "$ACCOUNT" ] || { say "No LaunchDaemon $LABEL is installed."; exit 0; }
fi
places "$FORM" "$ACCOUNT"
if [ ! -e "$PLIST" ] && ! is_loaded && [ ! -d "$LOGS" ]; then
  say "No $FORM $LABEL is installed for $ACCOUNT."
  exit 0
fi
WORK=$(work_folder)
running=$(running_builds | wc -l | tr -d ' ')
if [ "$running" -gt 0 ] && [ -z "$NOW" ]; then
  refuse "$running build(s) run on this host." "Wait until they have ended (millwright agents), or lose them: --now"
fi
if [ -n "$DRY_RUN" ]; then is_loaded && say "would run: launchctl bootout $DOMAIN/$LABEL"; else boot_out; fi
[ -z "$PURGE" ] || purge_work
act rm -f "$PLIST"
act rm -rf "$LOGS"
[ -n "$DRY_RUN" ] || say "Removed $DOMAIN/$LABEL."
[ -n "$PURGE" ] || [ -z "$WORK" ] || say "The work folder stays: $WORK (--purge removes it)."
