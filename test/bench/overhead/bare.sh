#!/bin/sh
# The steps of a debug build as a person would write them, without a build farm: bare.sh REPOSITORY COMMIT FOLDER
set -e
git clone --quiet "$1" "$3"
cd "$3"
git checkout --quiet --detach "$2"
npm ci
npm run build
version=$(node -p 'require("cordova-android/package.json").version')
node_modules/.bin/cordova platform add "android@$version" --no-telemetry
node_modules/.bin/cordova build android --debug --no-telemetry -- --packageType=apk
