// Generates src/protocol/generated from proto/. With --check it only says whether the committed code is up to date.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const committed = join(here, "../src/protocol/generated");
const file = "millwright/agent/v1/agent.ts";
const check = process.argv.includes("--check");

const target = check ? mkdtempSync(join(tmpdir(), "millwright-generate-")) : committed;
try {
  const template = JSON.stringify({
    version: "v2",
    plugins: plugins().map((plugin) => ({ ...plugin, out: target })),
  });
  execFileSync(join(here, "../node_modules/.bin/buf"), ["generate", "--template", template], {
    cwd: here,
    stdio: "inherit",
    env: { ...process.env, BUF_CACHE_DIR: join(tmpdir(), "millwright-buf-cache") },
  });
  if (check && readFileSync(join(target, file), "utf8") !== readFileSync(join(committed, file), "utf8")) {
    console.error("src/protocol/generated is not what proto/ says. Run: npm run generate");
    process.exitCode = 1;
  }
} finally {
  if (check) rmSync(target, { recursive: true, force: true });
}

function plugins() {
  return [
    {
      local: ["node", "../node_modules/ts-proto/protoc-gen-ts_proto"],
      strategy: "all",
      opt: [
        "outputServices=grpc-js",
        "oneof=unions-value",
        "esModuleInterop=true",
        "importSuffix=.ts",
        "forceLong=number",
        "env=node",
        "enumsAsLiterals=true",
        "outputJsonMethods=false",
        "useExactTypes=false",
      ],
    },
  ];
}
