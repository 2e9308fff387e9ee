export interface Podfile {
  target: string;
  pods: { name: string; version: string }[];
}

/** What a Podfile that cordova-ios has written says. */
export function readPodfile(text: string): Podfile {
  const lines = text.split("\n").filter((line) => !line.trim().startsWith("#"));
  const target = /^\s*target\s+['"]([^'"]+)['"]\s+do/m.exec(lines.join("\n"))?.[1] ?? "App";
  const pods = lines.flatMap((line) => {
    const [, name, version = ""] = /^\s*pod\s+['"]([^'"]+)['"](?:\s*,\s*['"]([^'"]+)['"])?/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, version: version.replace(/^[~><= ]+/, "") || "1.0.0" }];
  });
  return { target, pods };
}
