#!/usr/bin/env bash
# Installs what `make bench` measures beside: as root on Debian or Ubuntu Buildbot, PostgreSQL and the Android toolchain in the
# folder $1, elsewhere nothing. What is missing then is said by the rows that need it.
set -euo pipefail
kit=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -e /etc/debian_version ] || [ "$(id -u)" != 0 ]; then
  echo "Not root on Debian or Ubuntu: nothing is installed; rows whose peers are missing say so."
  exit 0
fi
missing=()
for package in git ca-certificates buildbot buildbot-worker postgresql; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -q
  # No service is started, and no cluster of PostgreSQL made: the benchmarks start servers of their own.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 0755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql-common
  sed -i 's/^#\?create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
"$here/linux/android-toolchain/install.sh" "$kit"
