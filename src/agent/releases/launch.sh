#!/bin/sh
# Starts the release of the agent that is in use, and goes back to the one before when a new one fails.
#
#   PREFIX/launch agent --config FILE    the service: what systemd, launchd or another service manager starts
#   PREFIX/launch --command WORDS…       the `millwright` of people: never a release that is on trial
#
# `millwright agent upgrade` copies this file into the prefix with the first release and never changes it afterwards: it
# belongs to no release, so it decides also when a new one can't even be parsed. docs/upgrade.md tells how.
#
# It only reads PREFIX/current and PREFIX/upgrade, which belong to whoever upgrades, and writes only below PREFIX/state,
# which belongs to the agent's user. So a build can at most have the release before started, never a program of its own.
set -u
PREFIX=@PREFIX@
NODE=${MILLWRIGHT_NODE:-@NODE@}
STATE=$PREFIX/state

say() { printf 'millwright-launch: %s\n' "$*" >&2; }

is_release() {
  case $1 in '' | .* | *[!A-Za-z0-9.+_-]*) return 1 ;; esac
  [ -d "$PREFIX/releases/$1" ]
}

program() { printf '%s' "$PREFIX/releases/$1/lib/node_modules/millwright/dist/cli/main.js"; }

# keep FILE TEXT: whole or not at all, and readable by everybody.
keep() {
  (umask 022 && printf '%s\n' "$2" >"$1.new.$$") 2>/dev/null && mv -f "$1.new.$$" "$1" 2>/dev/null
}

# What the upgrade ordered: the release on trial, the one to go back to, and how long it has.
read_order() {
  trial='' release='' before='' tries=3 good=30 limit=300
  [ -f "$PREFIX/upgrade" ] || return 0
  while IFS='=' read -r key value; do
    case $key in
      trial) trial=$value ;; release) release=$value ;; before) before=$value ;;
      tries) tries=$value ;; good) good=$value ;; limit) limit=$value ;;
    esac
  done <"$PREFIX/upgrade"
}

# good, back, or nothing as long as the trial goes on.
verdict() {
  of='' said=''
  [ -f "$STATE/$release.verdict" ] || return 0
  while IFS='=' read -r key value; do
    case $key in trial) of=$value ;; verdict) said=$value ;; esac
  done <"$STATE/$release.verdict"
  [ "$of" != "$trial" ] || printf '%s' "$said"
}

# decide good|back WHY
decide() {
  keep "$STATE/$release.verdict" "trial=$trial
verdict=$1
at=$(date +%s)
why=$2" || say "$STATE can't be written: what was decided is lost at the next start"
  if [ "$1" = back ]; then say "going back from $release to $before: $2"; else say "$release is good: $2"; fi
}

# How often this trial was begun.
begun() {
  of='' number=0
  [ ! -f "$STATE/$release.tries" ] || read -r of number <"$STATE/$release.tries"
  case $number in '' | *[!0-9]*) number=0 ;; esac
  if [ "$of" = "$trial" ]; then printf '%s' "$number"; else printf 0; fi
}

# within SECONDS COMMAND…: its exit code, or 1 when it takes longer.
within() {
  left=$1
  shift
  "$@" </dev/null &
  asked=$!
  while kill -0 "$asked" 2>/dev/null; do
    [ "$left" -gt 0 ] || kill -9 "$asked" 2>/dev/null
    left=$((left - 1))
    sleep 1
  done
  wait "$asked" 2>/dev/null
}

# Why the release on trial ended: what it said itself, else what it says when it is only asked to load.
why_ended() {
  if [ -s "$STATE/$release.failure" ]; then
    head -n 1 "$STATE/$release.failure" | cut -c 1-600
    return 0
  fi
  heard=$STATE/$release.heard
  if within 60 "$NODE" "$(program "$release")" agent check "$@" >"$heard" 2>&1; then
    printf 'it loads when asked, and ended all the same: its log says more'
  else
    { grep -m 1 'Error' "$heard" || grep -v '^ *$' "$heard" | tail -n 1; } | cut -c 1-600
  fi
  rm -f "$heard"
}

# Looks at the release on trial, whose process is $1, until it is good, has ended, or its time is over. Runs beside it.
watch() {
  main=$1
  shift
  healthy=0 still=0 last='' waited=0
  while sleep 1 && kill -0 "$main" 2>/dev/null; do
    seen=''
    [ ! -f "$STATE/$release.session" ] || read -r seen <"$STATE/$release.session"
    case $seen in "$main "*) ;; *) seen='' ;; esac # of an earlier start
    if [ -n "$seen" ] && [ "$seen" != "$last" ]; then still=0; else still=$((still + 1)); fi
    last=$seen
    # Whoever is connected writes every second; some seconds without it are a busy host.
    if [ -n "$seen" ] && [ "$still" -lt 10 ]; then healthy=$((healthy + 1)); else healthy=0; fi
    waited=$((waited + 1))
    if [ "$healthy" -ge "$good" ]; then
      decide good "connected for $healthy seconds"
      return 0
    fi
    if [ "$waited" -ge "$limit" ] && [ "$healthy" -eq 0 ]; then
      waited=0
      if within 60 "$NODE" "$(program "$before")" agent check --connect "$@" >/dev/null 2>&1; then
        decide back "it was not connected within $limit seconds, although $before reaches the controller"
        kill -9 "$main" 2>/dev/null # its builds go on, and the release before takes them up
        return 0
      fi
      say "$release is not connected; $before doesn't reach the controller either, so it stays"
    fi
  done
}

command=''
if [ "${1:-}" = --command ]; then
  command=yes
  shift
fi
[ -x "$NODE" ] || NODE=$(command -v node) || { say "there is no node: name it by MILLWRIGHT_NODE"; exit 5; }
read_order
chosen=$(readlink "$PREFIX/current")
chosen=${chosen##*/}
if is_release "$before" && [ "$chosen" = "$release" ]; then
  case $(verdict) in
    good) ;;
    back) chosen=$before ;;
    *)
      number=$(($(begun) + 1))
      if [ -n "$command" ]; then
        chosen=$before
      elif ! is_release "$release"; then
        decide back "its folder is gone"
        chosen=$before
      elif [ "$number" -gt "$tries" ]; then
        shift
        why=$(why_ended "$@")
        set -- agent "$@"
        decide back "it ended $tries times before it was good: $why"
        chosen=$before
      elif keep "$STATE/$release.tries" "$trial $number"; then
        say "trying $release ($number of $tries)"
        rm -f "$STATE/$release.session" "$STATE/$release.failure"
        main=$$
        (
          shift
          watch "$main" "$@" &
        )
      else
        say "$STATE can't be written: $release isn't tried"
        chosen=$before
      fi
      ;;
  esac
fi
is_release "$chosen" || { say "$PREFIX/current names no release"; exit 5; }
if [ -z "$command" ]; then
  MILLWRIGHT_PREFIX=$PREFIX MILLWRIGHT_RELEASE=$chosen
  export MILLWRIGHT_PREFIX MILLWRIGHT_RELEASE
fi
exec "$NODE" "$(program "$chosen")" "$@"
