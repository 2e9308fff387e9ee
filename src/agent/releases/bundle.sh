#!/bin/sh
# Makes one file with Millwright and all that it needs beside Node, for hosts like this one (system and processor):
# src/agent/releases/bundle.sh FOLDER puts millwright-VERSION-SYSTEM-ARCH.tgz there, and its SHA-256 beside it. Needs dist/ (make build)
# and npm with its registry or cache; g++ and python3 compile node-pty, which is left out when they fail.
set -eu
[ $# -eq 1 ] || { echo "Usage: src/agent/releases/bundle.sh FOLDER" >&2; exit 2; }
out=$(mkdir -p "$1" && cd "$1" && pwd)
project=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$project"
[ -f dist/cli/main.js ] || { echo "dist/ is missing. Run: make build" >&2; exit 1; }
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
tar -xzf "$work"/millwright-*.tgz -C "$work"
rm "$work"/millwright-*.tgz
cp package-lock.json "$work/package/"
(cd "$work/package" && npm ci --omit=dev --prefer-offline --no-audit --no-fund --loglevel=error)
rm -rf "$work/package/package-lock.json" "$work/package/node_modules/.bin" "$work/package/node_modules/.package-lock.json"

name=millwright-$(node -p '`${require("./package.json").version}-${process.platform}-${process.arch}`').tgz
# Sorted, so that the same files make the same order.
(cd "$work" && find package -type f | LC_ALL=C sort >files && tar -czf "$out/$name.new" -T files)
mv "$out/$name.new" "$out/$name"
digest=$(node -p 'require("crypto").createHash("sha256").update(require("fs").readFileSync(process.argv[1])).digest("hex")' "$out/$name")
printf '%s  %s\n' "$digest" "$name" >"$out/$name.sha256"
printf '%s\n' "$out/$name"
