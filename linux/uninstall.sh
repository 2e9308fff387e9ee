#!/bin/sh
# Takes a service away again. What install.sh made goes; configuration, data and Millwright itself stay.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=linux/service.sh
. "$HERE/service.sh"

usage() {
  cat <<'USAGE'
Usage: linux/uninstall.sh --agent|--controller [options]

  --now      also while builds run: they are lost (of an agent)
  --purge    the data and the configuration too: builds, logs, artifacts, keys, caches. They can't be had back.
  --dry-run  tell what would be done, and do nothing
USAGE
}

FORM='' NOW='' PURGE=''
while [ $# -gt 0 ]; do
  case $1 in
    --agent | --controller)
      [ -z "$FORM" ] || [ "$FORM" = "${1#--}" ] || usage_error "--agent and --controller: one at a time."
      FORM=${1#--} ;;
    --now) NOW=yes ;;
    --purge) PURGE=yes ;;
    --dry-run) DRY_RUN=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage_error "There is no option $1." ;;
  esac
  shift
done

# KillMode=process leaves builds alone; here they shall end too. Without --kill-whom, which systemd has since 252 only, all
# processes are meant.
end_builds() {
  act systemctl kill --signal=SIGTERM "$SERVICE" || true # nothing of it runs any more
}

purge() {
  if [ "$FORM" = agent ]; then
    act rm -rf "$STATE/agent"
    act rm -f "$ETC"/agent.* # with the key and the CA that it joined with
  else
    act rm -rf "$STATE/controller"
    act rm -f "$ETC/controller.env"
  fi
  for folder in "$ETC" "$STATE"; do
    [ ! -d "$folder" ] || [ -n "$(ls -A "$folder")" ] || act rmdir "$folder"
  done
  [ -d "$ETC" ] || [ -d "$STATE" ] || ! getent passwd "$ACCOUNT" >/dev/null 2>&1 || act userdel "$ACCOUNT" ||
    say "The user $ACCOUNT stays: a process of a build may still run as it. Later: userdel $ACCOUNT"
}

[ -n "$FORM" ] || usage_error "Say --agent or --controller."
SERVICE=millwright-$FORM
UNIT=$UNITS/$SERVICE.service
need_linux_root
if [ ! -e "$UNIT" ] && [ -z "$PURGE" ]; then
  say "No $SERVICE is installed here."
  exit 0
fi
if [ "$FORM" = agent ] && [ -z "$NOW" ] && [ -n "$(running_builds)" ]; then
  refuse "$(running_builds | wc -l) build(s) run on this host." "Wait until they have ended (millwright agents), or lose them: --now"
fi
if [ -e "$UNIT" ]; then
  [ "$FORM" = controller ] || [ -z "$NOW" ] || end_builds
  act systemctl disable --now "$SERVICE"
  act rm -f "$UNIT"
  act rm -rf "$UNIT.d"
  act systemctl daemon-reload
fi
if is_own_link && [ ! -e "$UNITS/millwright-agent.service" ] && [ ! -e "$UNITS/millwright-controller.service" ]; then
  act rm -f "$LINK"
fi
[ -z "$PURGE" ] || purge
[ -n "$DRY_RUN" ] || say "Removed $SERVICE."
[ -n "$PURGE" ] || say "Data and configuration stay: $STATE, $ETC (--purge removes them)."
