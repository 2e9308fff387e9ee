import { type Element, XMLSerializer } from "@xmldom/xmldom";
import { parse } from "plist";

/** What config.xml or a plugin.xml writes into a property list of the Xcode project. */
export interface PlistChange {
  /** As it was written, with stars: `*-Release.plist`. */
  file: string;
  key: string;
  value: unknown;
}

/**
 * All <config-file> and <edit-config> for ios of a <widget> or a <plugin>, in cordova's order. What isn't readable is left
 * out: cordova itself will say so.
 */
export function plistChanges(root: Element): PlistChange[] {
  const sections = [root, ...childrenOf(root, "platform").filter((each) => each.getAttribute("name") === "ios")];
  const edits = sections.flatMap((section) =>
    childrenOf(section, "edit-config").map((element) => ({ element, file: "file", key: "target" })),
  );
  const additions = sections.flatMap((section) =>
    childrenOf(section, "config-file").map((element) => ({ element, file: "target", key: "parent" })),
  );
  return [...edits, ...additions].flatMap(({ element, file, key }) =>
    valuesOf(element).map((value) => ({
      file: element.getAttribute(file) ?? "",
      key: element.getAttribute(key) ?? "",
      value,
    })),
  );
}

function valuesOf(element: Element): unknown[] {
  const serializer = new XMLSerializer();
  return [...element.childNodes].flatMap((node) => {
    if (node.nodeType !== node.ELEMENT_NODE) return [];
    try {
      return [parse(`<plist version="1.0">${serializer.serializeToString(node)}</plist>`)];
    } catch {
      return []; // no property list: for another kind of file
    }
  });
}

function childrenOf(parent: Element, name: string): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeName === name);
}
