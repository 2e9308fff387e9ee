// Makes dist/page of src/page: one page, its scripts and styles under names that hold their hash, so that a browser keeps
// them for ever and never shows a mixture of two releases. Everything comes from this folder and node_modules.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const source = import.meta.dirname;
const target = join(source, "../../dist/page");
rmSync(target, { recursive: true, force: true });

const { outputFiles, metafile } = await build({
  entryPoints: [join(source, "main.tsx")],
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  metafile: true,
  write: false,
  target: ["chrome120", "firefox120", "safari17.5"],
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: join(target, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  legalComments: "none",
  logLevel: "warning",
});

mkdirSync(join(target, "assets"), { recursive: true });
for (const { path, contents } of outputFiles) write(path, contents);

const [entry, facts] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith("main.tsx"));
const html = readFileSync(join(source, "index.html"), "utf8")
  .replace("SCRIPT", addressOf(entry))
  .replace("STYLES", styleSheets(facts.cssBundle));
write(join(target, "index.html"), Buffer.from(html));

/** Also compressed, as well as it goes: it is done once, and sent often. */
function write(path, contents) {
  writeFileSync(path, contents);
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${path}.br`, brotliCompressSync(contents, { params }));
  writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
}

/** Links to the styles of the page and of what it loads later: a script that is loaded doesn't bring its styles along. */
function styleSheets(first) {
  const others = Object.keys(metafile.outputs).filter((output) => output.endsWith(".css") && output !== first);
  return [first, ...others].map((sheet) => `<link rel="stylesheet" href="${addressOf(sheet)}" />`).join("\n    ");
}

function addressOf(output) {
  return `/assets/${output.split("/").pop()}`;
}
