#!/usr/bin/env bash
# Installs Buildbot, beside which `make bench` measures: as root on Debian or Ubuntu, elsewhere nothing. Rows whose peer is
# missing say so.
set -euo pipefail
if [ ! -e /etc/debian_version ] || [ "$(id -u)" != 0 ]; then
  echo "Not root on Debian or Ubuntu: Buildbot is not installed; where it is missing the rows say so."
  exit 0
fi
missing=()
for package in buildbot buildbot-worker; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
apt-get update -q
# Its services are not for this: the benchmarks start a master and a worker of their own.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
