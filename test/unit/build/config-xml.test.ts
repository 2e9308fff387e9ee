import { expect, test } from "vitest";
import { MillwrightError } from "../../../src/base/errors/millwright-error.ts";
import { readWidget } from "../../../src/build/native-config/config-xml.ts";
import { editConfigXml } from "../../../src/build/native-config/edit-config-xml.ts";
import { lineDiff } from "../../../src/build/native-config/line-diff.ts";

const CONFIG = `<?xml version='1.0' encoding='utf-8'?>
<!-- kept -->
<widget id="com.example.app" version="1.0.0" android-versionCode="7" xmlns="http://www.w3.org/ns/widgets" xmlns:cdv="http://cordova.apache.org/ns/1.0">
    <name short="App">The App</name>
    <preference name="Orientation" value="portrait" />
    <platform name="android">
        <preference name="orientation" value="landscape" />
    </platform>
    <engine name="android" spec="^8.1.0" />
</widget>
`;

function reasonOf(text: string): string {
  try {
    readWidget(text);
  } catch (error) {
    if (error instanceof MillwrightError && error.code === "CONFIG_XML_BROKEN") return error.failure.why;
    throw error;
  }
  throw new Error("it was read");
}

test("Id, version, version code, engines, preferences and plugins are read", () => {
  expect(readWidget(CONFIG)).toEqual({
    id: "com.example.app",
    version: "1.0.0",
    androidVersionCode: "7",
    engines: { android: "^8.1.0" },
    preferences: { orientation: "landscape" },
    plugins: [],
  });
});

test("What is wrong is told with its line", () => {
  expect(reasonOf("<widget id='a.b' version='1'>\n<name>x</nam>\n</widget>")).toMatch(/^config\.xml:2: /);
  expect(reasonOf("<widget id='a.b' version='1'>\n<name>x")).toMatch(/^config\.xml:\d/);
  expect(reasonOf("")).toMatch(/^config\.xml/);
  expect(reasonOf("\n<app/>")).toContain("config.xml:2: its outermost element is <app>");
  expect(reasonOf("<widget version='1'/>")).toContain("no id");
  expect(reasonOf("<widget id='a.b'/>")).toContain("no version");
});

test("A native config changes what it names, also where the platform's own setting would hide it, and nothing else", () => {
  const edited = editConfigXml(
    CONFIG,
    {
      name: "beta",
      appName: "Beta & Co",
      bundleId: "com.example.beta",
      version: "2.1.0",
      buildNumber: "99",
      preferences: { Orientation: "default", Fullscreen: "true" },
    },
    "android",
  );
  expect(lineDiff(edited.before, edited.text)).toEqual([
    expect.stringMatching(/^- <widget id="com\.example\.app"/),
    '- <name short="App">The App</name>',
    '- <preference name="Orientation" value="portrait"/>',
    expect.stringMatching(/^\+ <widget id="com\.example\.beta" version="2\.1\.0" android-versionCode="99"/),
    "+ <name>Beta &amp; Co</name>",
    '+ <preference name="Orientation" value="default"/>',
    '- <preference name="orientation" value="landscape"/>',
    '+ <preference name="orientation" value="default"/>',
    '+ <preference name="Fullscreen" value="true"/>',
  ]);
  expect(edited.text).toContain("<!-- kept -->");
  expect(readWidget(edited.text)).toMatchObject({ id: "com.example.beta", androidVersionCode: "99" });
});

test("A package name of android's own gives way to the bundle id of the native config", () => {
  const own = CONFIG.replace('version="1.0.0"', 'version="1.0.0" android-packageName="com.example.droid"');
  expect(readWidget(own).androidId).toBe("com.example.droid");
  const edited = editConfigXml(own, { name: "beta", bundleId: "com.example.beta" }, "android");
  expect(readWidget(edited.text).androidId).toBeUndefined();
});
