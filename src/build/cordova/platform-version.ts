import type { AppFacts } from "../job/findings.ts";

export interface PlatformVersion {
  /** A version, range or address for `cordova platform add`; empty lets cordova choose. */
  spec: string;
  because: string;
}

/** The version of cordova-<platform> that the commit or, when it names none, the host's configuration asks for. */
export function choosePlatformVersion(
  app: AppFacts,
  hostVersions: Readonly<Record<string, string>>,
  platform: string,
): PlatformVersion {
  const name = `cordova-${platform}`;
  const fromPackage = app.packageJson.dependencies[name] ?? app.packageJson.devDependencies[name];
  if (fromPackage) return { spec: fromPackage, because: "package.json asks for it" };
  const fromConfig = app.widget?.engines[platform];
  if (fromConfig) return { spec: fromConfig, because: "config.xml asks for it" };
  const fromHost = hostVersions[platform];
  if (fromHost) return { spec: fromHost, because: "the app names none and the agent is configured so" };
  return { spec: "", because: "neither the app nor the agent names a version" };
}
