// Makes docs/errors.md from the catalogue: npm run docs (after a build).
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BLAME = {
  user: "yours: the app, its settings or the request",
  host: "the build host's",
  controller: "the controller's",
  bug: "Millwright's",
};

/** The page as text. */
export function errorsPage(catalogue) {
  const entries = Object.entries(catalogue).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = entries.map(([code, entry]) => {
    const again = entry.retry ? " The build is tried once more by itself.\n" : "\n";
    return `## ${code}\n\n${entry.what}\n\n- **Why:** ${entry.why}\n- **Next:** ${entry.next}\n- **Fault:** ${BLAME[entry.blame]}.${again}`;
  });
  return `# Errors\n\nEvery error that Millwright can tell you, by its code. Words in braces stand for values.\n\n${parts.join("\n")}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { CATALOGUE } = await import("../dist/base/errors/catalogue.js");
  writeFileSync(new URL("errors.md", import.meta.url), errorsPage(CATALOGUE));
}
