#!/bin/bash
# Builds the Debian package of Millwright: linux/deb/build.sh FOLDER puts millwright_VERSION_ARCH.deb there. Needs dist/
# (make build), dpkg-deb, and npm with its registry; g++ and python3 compile node-pty, which is left out when they fail.
set -euo pipefail
out=$(mkdir -p "${1:?Usage: linux/deb/build.sh FOLDER}" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
cd "$project"
[ -f dist/cli/main.js ] || { echo "dist/ is missing. Run: make build" >&2; exit 1; }
version=$(node -p 'require("./package.json").version')
architecture=$(dpkg --print-architecture)
# The time of the files in the package: that of the last commit, so that the same sources make the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
umask 022

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
product=$root/usr/lib/millwright
mkdir -p "$product" "$root/DEBIAN"

npm pack --silent --ignore-scripts --pack-destination "$root" >/dev/null
tar -xzf "$root"/millwright-*.tgz -C "$product" --strip-components=1 --no-same-owner
rm "$root"/millwright-*.tgz
cp package-lock.json "$product/"
(cd "$product" && npm ci --omit=dev --prefer-offline --no-audit --no-fund --loglevel=error)
rm -f "$product/package-lock.json" "$product/LICENSE"

# Of native parts only what this system loads: one libsql, one node-pty.
modules=$product/node_modules
rm -rf "$modules"/@libsql/*-musl "$modules/.package-lock.json"
if [ -e "$modules/node-pty/build/Release/pty.node" ]; then
  find "$modules/node-pty" -mindepth 1 -maxdepth 1 ! -name lib ! -name build ! -name package.json ! -name LICENSE -exec rm -rf {} +
  find "$modules/node-pty/build" -type f ! -name '*.node' -delete
  find "$modules/node-pty/build" -type d -empty -delete
else
  rm -rf "$modules/node-pty" # an optional dependency: builds then have no terminal of their own
fi
find "$modules" -name '*.node' -exec strip --strip-unneeded {} + 2>/dev/null || true # without binutils it is larger
find "$product" -type f \( -name '*.ts' -o -name '*.map' -o -name '.npmignore' -o -name '.git*' -o -name '.eslintrc*' \) -path '*/node_modules/*' -delete
# No program of npm's packages is run by its name, and none of their tests here.
rm -rf "$modules/.bin" "$modules/node-addon-api" "$modules/pino/index.html"
find "$modules" -mindepth 2 -maxdepth 3 -type d \( -name test -o -name tests -o -name integration -o -name 'benchmark*' \) -prune -exec rm -rf {} +
find "$modules" -type f -exec chmod 0644 {} +
chmod -R u=rwX,go=rX "$root"
find "$product" -type d -empty -delete
chmod 0755 "$product/dist/cli/main.js"
chmod 0644 "$product/linux/service.sh"

mkdir -p "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/usr/share/doc/millwright"
ln -s ../lib/millwright/dist/cli/main.js "$root/usr/bin/millwright"
mv "$product"/linux/*.service "$root/usr/lib/systemd/system/"
rm -rf "$product/docs" "$product/macos" "$product/linux/deb" "$product/linux/install.sh" "$product/linux/uninstall.sh" "$product"/linux/Containerfile*
cp -r docs/*.md docs/watching agent.config.example.yaml "$root/usr/share/doc/millwright/"
cp "$here/copyright" "$root/usr/share/doc/millwright/copyright"
printf 'millwright (%s) unstable; urgency=medium\n\n  * Release %s.\n\n -- Millwright <packages@millwright.invalid>  %s\n' \
  "$version" "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$root/usr/share/doc/millwright/changelog.gz"
find "$root/usr/share/doc" -type f -exec chmod 0644 {} +

for script in postinst prerm postrm; do install -m 0755 "$here/$script" "$root/DEBIAN/$script"; done
size=$(du -k -s --apparent-size "$root/usr" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" "$here/control" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zxz --build "$root" "$out/millwright_${version}_${architecture}.deb"
