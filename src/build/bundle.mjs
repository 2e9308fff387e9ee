// Puts the supervisor and all that it imports into one file, dist/build/main.js. Each build has a supervisor of its own: seven
// hundred small files take three times as long to load as this one.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const source = import.meta.dirname;
const target = join(source, "../../dist/build/main.js");

await build({
  entryPoints: [join(source, "main.ts")],
  outfile: target,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // It is there or not, and holds native code.
  external: ["node-pty"],
  // Some of what is bundled is written for require().
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  legalComments: "eof",
  logLevel: "warning",
});
rmSync(`${target}.map`, { force: true }); // that of the file that was there before
