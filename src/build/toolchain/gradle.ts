import { readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { which } from "../../base/processes/which.ts";
import type { Tool } from "./tool.ts";

/** The Gradle of PATH; its version comes from the names of its jars, because `gradle --version` starts a JVM. */
export function findGradle(environment: Readonly<Record<string, string>>): Tool | undefined {
  const program = which("gradle", environment["PATH"] ?? "");
  if (!program) return undefined;
  const path = realpathSync(program);
  const home = environment["GRADLE_HOME"];
  const folders = [join(dirname(path), "..", "lib"), ...(home ? [join(home, "lib")] : []), "/usr/share/gradle/lib"];
  const version = folders.map(versionIn).find((found) => found !== undefined);
  return { kind: "gradle", version: version ?? "of unknown version", path };
}

function versionIn(folder: string): string | undefined {
  try {
    for (const name of readdirSync(folder)) {
      const version = /^gradle-(?:launcher|core|base-services)-(\d[\w.-]*?)\.jar$/.exec(name)?.[1];
      if (version) return version;
    }
  } catch {
    // a wrapper script that lies elsewhere
  }
  return undefined;
}
