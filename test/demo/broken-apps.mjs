// Six ways to break the sample app that people really meet: what is broken, how, and what Millwright should call it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const BROKEN_APPS = [
  {
    name: "lock-file",
    title: "package.json asks for another version than its lock file",
    code: "LOCK_FILE_MISMATCH",
    change: (app) =>
      editPackage(app, (manifest) => {
        manifest.devDependencies["cordova-plugin-device"] = "3.0.0";
      }),
  },
  {
    name: "missing-tool",
    title: "The build script runs a tool that is in no dependency",
    code: "BUILD_TOOL_NOT_INSTALLED",
    change: (app) =>
      editPackage(app, (manifest) => {
        manifest.scripts.build = "webpack --mode production";
      }),
  },
  {
    name: "es-module",
    title: '"type": "module" in package.json, with cordova-android 8.1.0',
    code: "APP_IS_ES_MODULE",
    change: (app) =>
      editPackage(app, (manifest) => {
        manifest.type = "module";
      }),
  },
  {
    name: "no-such-plugin",
    title: "config.xml names a plugin that nobody has published",
    code: "PLUGIN_NOT_FOUND",
    change: (app) => addToWidget(app, '<plugin name="cordova-plugin-that-nobody-wrote" spec="^1.0.0" />'),
  },
  {
    name: "java-error",
    title: "A plugin's Java code doesn't compile",
    code: "JAVA_ERROR",
    change: (app) => {
      write(
        app,
        "cordova-plugin-counter/package.json",
        JSON.stringify({ name: "cordova-plugin-counter", version: "1.0.0" }),
      );
      write(app, "cordova-plugin-counter/plugin.xml", COUNTER_PLUGIN);
      write(app, "cordova-plugin-counter/src/Counter.java", COUNTER_JAVA);
      addToWidget(app, '<plugin name="cordova-plugin-counter" spec="./cordova-plugin-counter" />');
    },
  },
  {
    name: "resource-error",
    title: "A style names a theme that doesn't exist",
    code: "RESOURCE_BROKEN",
    change: (app) => {
      const style = '<style name="Launch"><item name="android:theme">@style/NoSuchTheme</item></style>';
      write(app, "res/launch.xml", `<?xml version="1.0" encoding="utf-8"?>\n<resources>${style}</resources>\n`);
      const target = "app/src/main/res/values/launch.xml";
      addToWidget(app, `<platform name="android"><resource-file src="res/launch.xml" target="${target}" /></platform>`);
    },
  },
];

const COUNTER_PLUGIN = `<?xml version="1.0" encoding="utf-8"?>
<plugin xmlns="http://apache.org/cordova/ns/plugins/1.0" id="cordova-plugin-counter" version="1.0.0">
    <name>Counter</name>
    <platform name="android">
        <source-file src="src/Counter.java" target-dir="src/org/example/counter" />
    </platform>
</plugin>
`;

const COUNTER_JAVA = `package org.example.counter;

import org.apache.cordova.CordovaPlugin;

public class Counter extends CordovaPlugin {
    private int count = "none";
}
`;

function editPackage(app, edit) {
  const file = join(app, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  edit(manifest);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

function addToWidget(app, element) {
  const file = join(app, "config.xml");
  writeFileSync(file, readFileSync(file, "utf8").replace("</widget>", `    ${element}\n</widget>`));
}

function write(app, name, text) {
  mkdirSync(dirname(join(app, name)), { recursive: true });
  writeFileSync(join(app, name), text);
}
