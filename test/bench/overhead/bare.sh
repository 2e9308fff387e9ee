#!/bin/sh
# The steps of a debug build as a person would write them, without a build farm: bare.sh REPOSITORY COMMIT FOLDER
# Beside what the commands print it says when each step begins.
set -e
begins() { echo "step $1 $(date +%s%N)"; }
begins checkout
git clone --quiet "$1" "$3"
cd "$3"
git checkout --quiet --detach "$2"
begins install
npm ci
begins web-build
npm run build
begins platform
version=$(node -p 'require("cordova-android/package.json").version')
node_modules/.bin/cordova platform add "android@$version" --no-telemetry
begins compile
node_modules/.bin/cordova build android --debug --no-telemetry -- --packageType=apk
begins end
