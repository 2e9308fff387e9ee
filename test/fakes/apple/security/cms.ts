import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tryOpenssl } from "../certificates/openssl.ts";
import { absolute } from "../machine/machine.ts";
import { readOptions } from "../machine/options.ts";
import { type Call, outRaw, Refusal } from "../machine/tool.ts";

/** `security cms -D`: the content of a signed file, whoever signed it. */
export function cms({ machine, argv }: Call): void {
  const usage = "Usage: cms [-C | -D | -E | -S] [<options>]";
  const options = readOptions("CDESd:e:f:H:hi:k:N:no:p:r:s:Tu:v", argv, usage);
  const file = options.value("i");
  if (!options.has("D") || file === undefined) throw new Refusal(2, usage);
  const path = absolute(machine, file);
  if (!existsSync(path))
    throw new Refusal(1, `security: unable to open "${file}" for reading: No such file or directory`);
  const { ok, stdout } = tryOpenssl(["cms", "-verify", "-noverify", "-inform", "der"], { input: readFileSync(path) });
  if (!ok) {
    const why = "security: failed to decode message: Unable to decode the provided data.";
    throw new Refusal(1, `${why}\nsecurity: problem decoding`);
  }
  const into = options.value("o");
  if (into) writeFileSync(absolute(machine, into), stdout);
  else outRaw(stdout);
}
