import { DOMParser, type Document, type Element } from "@xmldom/xmldom";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { plistChanges } from "../entitlements/plist-changes.ts";
import type { Widget } from "../job/findings.ts";

/** Parses config.xml. Throws CONFIG_XML_BROKEN, whose reason names the line. */
export function parseConfigXml(text: string): Document {
  const faults: string[] = [];
  const parser = new DOMParser({
    locator: true,
    onError: (level, message, parserContext) => {
      const line = (parserContext as { locator?: { lineNumber?: number } } | undefined)?.locator?.lineNumber ?? 1;
      // Warnings too: xmldom only warns about attributes without quotes, and cordova refuses them.
      faults.push(`config.xml:${line}: ${message.split("\n")[0]} (${level})`);
    },
  });
  let document: Document | undefined;
  try {
    document = parser.parseFromString(text, "text/xml");
  } catch (cause) {
    faults.push(`config.xml: ${(cause as Error).message.split("\n")[0]}`);
  }
  if (faults.length > 0 || !document?.documentElement) {
    throw errorOf("CONFIG_XML_BROKEN", { reason: faults[0] ?? "config.xml:1: the file is empty." });
  }
  return document;
}

/** What config.xml says about the app. Throws CONFIG_XML_BROKEN when it is no widget with an id and a version. */
export function readWidget(text: string): Widget {
  const root = parseConfigXml(text).documentElement as Element;
  const line = root.lineNumber ?? 1;
  const broken = (what: string) => errorOf("CONFIG_XML_BROKEN", { reason: `config.xml:${line}: ${what}` });
  if (root.localName !== "widget") throw broken(`its outermost element is <${root.nodeName}>, not <widget>.`);
  const id = root.getAttribute("id")?.trim() ?? "";
  const version = root.getAttribute("version")?.trim() ?? "";
  if (id === "") throw broken('<widget> has no id, such as id="com.example.app".');
  if (version === "") throw broken('<widget> has no version, such as version="1.0.0".');
  const widget: Widget = {
    id,
    version,
    engines: specsOf(root, "engine"),
    preferences: preferencesOf(root),
    plugins: [...root.getElementsByTagName("plugin")].map((plugin) => plugin.getAttribute("name") ?? ""),
  };
  const pluginSpecs = specsOf(root, "plugin");
  const changes = plistChanges(root);
  if (Object.keys(pluginSpecs).length > 0) widget.pluginSpecs = pluginSpecs;
  if (changes.length > 0) widget.plistChanges = changes;
  const androidId = root.getAttribute("android-packageName");
  const androidVersionCode = root.getAttribute("android-versionCode");
  if (androidId) widget.androidId = androidId;
  if (androidVersionCode) widget.androidVersionCode = androidVersionCode;
  const iosId = root.getAttribute("ios-CFBundleIdentifier");
  const iosBundleVersion = root.getAttribute("ios-CFBundleVersion");
  if (iosId) widget.iosId = iosId;
  if (iosBundleVersion) widget.iosBundleVersion = iosBundleVersion;
  if (root.getElementsByTagName("podspec").length > 0) widget.podspec = true;
  return widget;
}

/** `spec` by `name`. */
function specsOf(root: Element, tag: string): Record<string, string> {
  const specs: Record<string, string> = {};
  for (const element of root.getElementsByTagName(tag)) {
    const name = element.getAttribute("name");
    if (name) specs[name] = element.getAttribute("spec") ?? "";
  }
  return specs;
}

/** cordova compares the names without regard to case, and what stands in a platform's section goes first. */
function preferencesOf(root: Element): Record<string, string> {
  const preferences: Record<string, string> = {};
  const specific: Record<string, string> = {};
  for (const element of root.getElementsByTagName("preference")) {
    const section = (element.parentNode as Element | null)?.localName === "platform" ? element.parentNode : undefined;
    const platform = (section as Element | undefined)?.getAttribute("name");
    if (platform && platform !== "android") continue;
    const name = element.getAttribute("name")?.toLowerCase();
    if (name) (platform ? specific : preferences)[name] = element.getAttribute("value") ?? "";
  }
  return { ...preferences, ...specific };
}
