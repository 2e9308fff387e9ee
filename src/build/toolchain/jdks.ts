import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { which } from "../../base/processes/which.ts";
import type { Tool } from "./tool.ts";

const LINUX_JDKS = "/usr/lib/jvm";
const MAC_JDKS = "/Library/Java/JavaVirtualMachines";

/** The JDK in a folder, by its `release` file, without starting it; undefined when it holds none (or only a JRE). */
export function jdkOfHome(home: string): Tool | undefined {
  if (!existsSync(join(home, "bin", "javac"))) return undefined;
  try {
    const version = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, "release"), "utf8"))?.[1];
    return version ? { kind: "jdk", version, path: realpathSync(home) } : undefined;
  } catch {
    return undefined; // a JDK 8 of a distribution may have no release file
  }
}

/** The JDKs of the host: JAVA_HOME first, then PATH, then where Linux distributions and macOS put them. */
export function findJdks(environment: Readonly<Record<string, string>>): Tool[] {
  const homes = [environment["CORDOVA_JAVA_HOME"], environment["JAVA_HOME"]].filter((home) => home !== undefined);
  const javac = which("javac", environment["PATH"] ?? "");
  if (javac) homes.push(dirname(dirname(realpathSync(javac))));
  homes.push(...foldersIn(LINUX_JDKS), ...foldersIn(MAC_JDKS).map((folder) => join(folder, "Contents", "Home")));
  const found = new Map<string, Tool>();
  for (const home of homes) {
    const jdk = jdkOfHome(home);
    if (jdk && !found.has(jdk.path)) found.set(jdk.path, jdk);
  }
  return [...found.values()];
}

/** The path of a program of the JDK that builds use: of JAVA_HOME, else of PATH. */
export function javaTool(name: string, environment: Readonly<Record<string, string>>): string | undefined {
  const home = environment["CORDOVA_JAVA_HOME"] ?? environment["JAVA_HOME"];
  const own = home ? which(name, join(home, "bin")) : undefined;
  return own ?? which(name, environment["PATH"] ?? "");
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
