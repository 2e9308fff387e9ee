import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { atMost } from "../goal.ts";
import { preparedWith } from "../opened.ts";
import type { Row } from "../row.ts";
import { sampleApp } from "./app.ts";
import { BARE_COLD, COLD, Comparison, SECOND } from "./comparison.ts";
import { Pair } from "./pair.ts";

export const OVERHEAD: Row = {
  name: "overhead",
  measures: "a real debug build for Android, Millwright and the bare shell commands of the same steps",
  unit: "s",
  rounds: 2,
  goals: [
    atMost({ says: "cold ≤ 1.03 × the bare commands", of: COLD, limit: 1.03, beside: BARE_COLD }),
    atMost({ says: "second build ≤ 0.5 × the cold one", of: SECOND, limit: 0.5, beside: COLD }),
  ],
  prepare: (folder) =>
    preparedWith(async (opened) => {
      const kit = process.env["MILLWRIGHT_ANDROID_KIT"] ?? resolve(".toolchain/android");
      const environmentFile = join(kit, "environment");
      if (!existsSync(environmentFile)) {
        const why = "no Android kit; as root on Debian: make toolchain (elsewhere MILLWRIGHT_ANDROID_KIT=FOLDER)";
        return { ways: [], missing: [{ name: COLD, why }], notes: [] };
      }
      const app = sampleApp(join(folder, "hello"));
      const open = (round: number) => Pair.open(join(folder, `round-${round}`), app, environmentFile);
      return new Comparison(async (round) => opened.add(await open(round)));
    }),
};
