#!/usr/bin/env bash
# Installs what the tests need from the system: as root on Debian or Ubuntu all of it, elsewhere nothing. Tests whose tool
# is missing are then skipped with the reason (with CI=true that is a failure).
set -euo pipefail
kit=$1
here=$(cd "$(dirname "$0")/.." && pwd)

# A package must not start its service on a machine that only runs tests: /usr/sbin/policy-rc.d forbids it, while this runs.
no_services() {
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 0755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

if [ ! -e /etc/debian_version ] || [ "$(id -u)" != 0 ]; then
  echo "Not root on Debian or Ubuntu: nothing is installed; tests whose tools are missing will be skipped."
  exit 0
fi

# prometheus has promtool, and watches a fleet in tests; its service is not for that. systemd rates the units.
# bubblewrap contains the commands of builds.
# g++ and python3 compile node-pty, which ships no binary for Linux; openssl makes the certificates of tests; zsh and fish
# complete command lines; the web page is looked at in chromium, which Ubuntu has only as a snap: there it is yours to install.
# Of PostgreSQL only the programs are used: tests start servers of their own. So it is with Ceph (61 MB, 11 s), whose radosgw
# is an S3 server.
packages=(git git-lfs bubblewrap ca-certificates make g++ python3 openssl sqlite3 prometheus systemd zsh fish postgresql radosgw ceph-mon ceph-osd)
grep -q '^ID=ubuntu' /etc/os-release || packages+=(chromium)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -q
  no_services
  # Tests start servers of their own: no cluster is made, and none is started.
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql-common
  sed -i 's/^#\?create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
"$here/linux/android-toolchain/install.sh" "$kit"
