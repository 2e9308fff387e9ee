/**
 * Files of an app with a plugin of its own repository that adds an app extension to the Xcode project, as plugins do: a hook
 * that edits the project with the `xcode` package that cordova-ios brings. `bundleId` is the extension's.
 */
export function extensionFiles(cordovaIos: string, bundleId = "com.example.hello.share"): Record<string, string> {
  const app = {
    name: "hello",
    version: "1.2.3",
    devDependencies: { "cordova-ios": cordovaIos, "cordova-plugin-share": "file:plugin-share" },
    cordova: { platforms: ["ios"], plugins: { "cordova-plugin-share": {} } },
  };
  const plugin = { name: "cordova-plugin-share", version: "0.1.0", cordova: { id: "cordova-plugin-share" } };
  return {
    "package.json": JSON.stringify(app),
    "plugin-share/package.json": JSON.stringify(plugin),
    "plugin-share/plugin.xml": PLUGIN,
    "plugin-share/add-share.js": hookFor(bundleId),
    "plugin-share/tell-export.js": TELL_EXPORT,
  };
}

const PLUGIN = `<?xml version="1.0" encoding="UTF-8"?>
<plugin id="cordova-plugin-share" version="0.1.0" xmlns="http://apache.org/cordova/ns/plugins/1.0">
    <name>Share</name>
    <platform name="ios">
        <hook type="after_prepare" src="add-share.js" />
        <hook type="after_build" src="tell-export.js" />
    </platform>
</plugin>
`;

const INFO = `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundleIdentifier</key><string>$(PRODUCT_BUNDLE_IDENTIFIER)</string>
<key>CFBundleExecutable</key><string>$(EXECUTABLE_NAME)</string>
<key>CFBundleName</key><string>$(PRODUCT_NAME)</string>
<key>CFBundlePackageType</key><string>XPC!</string>
<key>CFBundleShortVersionString</key><string>1.2.3</string>
<key>CFBundleVersion</key><string>1.2.3</string>
<key>NSExtension</key><dict>
<key>NSExtensionPointIdentifier</key><string>com.apple.share-services</string>
<key>NSExtensionPrincipalClass</key><string>Share</string></dict>
</dict></plist>
`;

/** The sections that the package doesn't make by itself are those of cordova-ios 8, whose project has no dependencies. */
function hookFor(bundleId: string): string {
  return `const fs = require("fs"), path = require("path"), xcode = require("xcode");
module.exports = ({ opts }) => {
  const ios = path.join(opts.projectRoot, "platforms/ios");
  const name = fs.readdirSync(ios).find((each) => each.endsWith(".xcodeproj"));
  const file = path.join(ios, name, "project.pbxproj");
  const project = xcode.project(file).parseSync();
  if (project.pbxTargetByName("Share")) return;
  for (const section of ["PBXTargetDependency", "PBXContainerItemProxy"]) project.hash.project.objects[section] ??= {};
  project.addTarget("Share", "app_extension", "Share", ${JSON.stringify(bundleId)});
  fs.mkdirSync(path.join(ios, "Share"), { recursive: true });
  fs.writeFileSync(path.join(ios, "Share/Share-Info.plist"), ${JSON.stringify(INFO)});
  fs.writeFileSync(file, project.writeSync());
};
`;
}

const TELL_EXPORT = `const fs = require("fs"), path = require("path");
module.exports = ({ opts }) => {
  const file = path.join(opts.projectRoot, "platforms/ios/exportOptions.plist");
  console.log("exportOptions.plist: " + fs.readFileSync(file, "utf8").replace(/\\s+/g, " "));
};
`;
