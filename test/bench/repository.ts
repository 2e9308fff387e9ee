import { execFileSync } from "node:child_process";

/** A bare repository whose branch main has one commit with these files. */
export function makeRepository(folder: string, files: Readonly<Record<string, string>>): string {
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder]);
  const message = "An app to measure with";
  const parts = [
    "commit refs/heads/main\ncommitter Bench <bench@millwright.invalid> 1700000000 +0000\n",
    `data ${message.length}\n${message}\n`,
    ...Object.entries(files).map(
      ([name, text]) => `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
    ),
  ];
  execFileSync("git", ["-C", folder, "fast-import", "--quiet"], { input: parts.join("") });
  return folder;
}

/** Files of the least app whose web build is `commands`: nothing is installed. */
export function trivialApp(commands: { install: string; build: string }): Record<string, string> {
  return {
    "package.json": JSON.stringify({ name: "trivial", version: "1.0.0" }),
    "appflow.config.json": JSON.stringify({
      apps: [{ dependencyInstallCommand: commands.install, webBuildCommand: commands.build }],
    }),
  };
}
