import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { editConfigXml } from "../../../src/build/native-config/edit-config-xml.ts";
import { lineDiff } from "../../../src/build/native-config/line-diff.ts";
import { checkApplied, editPackageJson } from "../../../src/build/native-config/plugin-variables.ts";

const CONFIG = { name: "Store", pluginVariables: { "cordova-plugin-ionic": { APP_ID: "new", CHANNEL_NAME: "Beta" } } };
const PACKAGE = `{
    "name": "x",
    "cordova": { "plugins": { "cordova-plugin-ionic": { "APP_ID": "old", "MAX_STORE": "2" }, "other": {} } }
}
`;

test("Variables go where cordova reads them: package.json when it lists the plugin", () => {
  const edited = editPackageJson(PACKAGE, CONFIG.pluginVariables);
  expect(JSON.parse(edited.text).cordova.plugins).toEqual({
    "cordova-plugin-ionic": { APP_ID: "new", MAX_STORE: "2", CHANNEL_NAME: "Beta" },
    other: {},
  });
  expect(lineDiff(edited.before, edited.text)).toEqual([
    '- "APP_ID": "old",',
    '- "MAX_STORE": "2"',
    '+ "APP_ID": "new",',
    '+ "MAX_STORE": "2",',
    '+ "CHANNEL_NAME": "Beta"',
  ]);
  expect(edited.text).toMatch(/^ {4}"name"/m);
});

test("A plugin that only config.xml names gets them there", () => {
  const xml = `<widget id="a.b" version="1.0.0">
    <plugin name="cordova-plugin-ionic" spec="5.5.3">
        <variable name="APP_ID" value="old" />
    </plugin>
</widget>`;
  const { text } = editConfigXml(xml, CONFIG, "android");
  expect(text).toContain('<variable name="APP_ID" value="new"/>');
  expect(text).toContain('<variable name="CHANNEL_NAME" value="Beta"/>');
  expect(editPackageJson('{"name":"x"}', CONFIG.pluginVariables).text).toContain('"name": "x"');
});

test("A value that cordova didn't take is not passed over", () => {
  const folder = mkdtempSync(join(tmpdir(), "millwright-plugins-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "plugins"));
  const write = (variables: Record<string, string>) =>
    writeFileSync(
      join(folder, "plugins/android.json"),
      JSON.stringify({ installed_plugins: { "cordova-plugin-ionic": { PACKAGE_NAME: "a.b", ...variables } } }),
    );
  write({ APP_ID: "new", CHANNEL_NAME: "Beta" });
  checkApplied(folder, CONFIG, "android");
  write({ APP_ID: "old", CHANNEL_NAME: "Beta" });
  expect(() => checkApplied(folder, CONFIG, "android")).toThrow(/NATIVE_CONFIG_NOT_APPLIED/);
});
