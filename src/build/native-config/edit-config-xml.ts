import { type Document, type Element, XMLSerializer } from "@xmldom/xmldom";
import type { NativeConfig } from "../../protocol/job-folder/spec.ts";
import { parseConfigXml } from "./config-xml.ts";

export interface EditedConfig {
  text: string;
  /** The file before the edits, written by the same serializer: a diff of both shows the edits alone. */
  before: string;
}

/** Applies the overrides to the text of config.xml. Throws CONFIG_XML_BROKEN. */
export function editConfigXml(text: string, config: NativeConfig, platform: string): EditedConfig {
  const document = parseConfigXml(text);
  const serializer = new XMLSerializer();
  const before = serializer.serializeToString(document);
  const root = document.documentElement as Element;
  if (config.bundleId !== undefined) setId(root, config.bundleId, platform);
  if (config.version !== undefined) root.setAttribute("version", config.version);
  if (config.buildNumber !== undefined) root.setAttribute(buildNumberAttribute(platform), config.buildNumber);
  if (config.appName !== undefined) setName(document, root, config.appName);
  for (const [name, value] of Object.entries(config.preferences ?? {})) {
    setPreference(document, root, name, value, platform);
  }
  for (const [plugin, variables] of Object.entries(config.pluginVariables ?? {})) {
    setPluginVariables(document, root, plugin, variables);
  }
  return { text: serializer.serializeToString(document), before };
}

/** Only where config.xml has the plugin: what package.json lists is set there. */
function setPluginVariables(
  document: Document,
  root: Element,
  plugin: string,
  variables: Readonly<Record<string, string>>,
): void {
  const element = childrenOf(root, "plugin").find((each) => each.getAttribute("name") === plugin);
  if (!element) return;
  for (const [name, value] of Object.entries(variables)) {
    const existing = childrenOf(element, "variable").find((each) => each.getAttribute("name") === name);
    const variable = existing ?? append(document, element, "variable");
    variable.setAttribute("name", name);
    variable.setAttribute("value", value);
  }
}

function buildNumberAttribute(platform: string): string {
  return platform === "android" ? "android-versionCode" : "ios-CFBundleVersion";
}

/** An attribute of the platform's own goes before `id` in cordova, so it would hide the override. */
function setId(root: Element, id: string, platform: string): void {
  root.removeAttribute(platform === "android" ? "android-packageName" : "ios-CFBundleIdentifier");
  root.setAttribute("id", id);
}

function setName(document: Document, root: Element, name: string): void {
  const element = childrenOf(root, "name")[0] ?? append(document, root, "name");
  element.textContent = name;
  element.removeAttribute("short");
}

/** A preference inside `<platform>` goes before the general one, so it is the one to change where there is one. */
function setPreference(document: Document, root: Element, name: string, value: string, platform: string): void {
  const section = childrenOf(root, "platform").find((element) => element.getAttribute("name") === platform);
  const places = section ? [section, root] : [root];
  const existing = places
    .flatMap((place) => childrenOf(place, "preference"))
    .filter((element) => element.getAttribute("name")?.toLowerCase() === name.toLowerCase());
  if (existing.length > 0) {
    for (const element of existing) element.setAttribute("value", value);
    return;
  }
  const element = append(document, root, "preference");
  element.setAttribute("name", name);
  element.setAttribute("value", value);
}

function childrenOf(parent: Element, name: string): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeName === name);
}

function append(document: Document, root: Element, name: string): Element {
  const element = document.createElementNS(root.namespaceURI, name);
  root.appendChild(document.createTextNode("    "));
  root.appendChild(element);
  root.appendChild(document.createTextNode("\n"));
  return element;
}
