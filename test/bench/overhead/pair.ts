import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import { eventually } from "../../support/eventually.ts";
import { Millwright } from "../millwright.ts";
import { stepTimesOf } from "../step-times.ts";
import { BareCommands, type Timed } from "./bare.ts";
import { differences } from "./same-contents.ts";

const BUILD = { kind: "package", platform: "android", buildType: "debug" };

/** A fresh Millwright and a fresh folder for the bare commands: nothing is cached on either side. */
export class Pair {
  private readonly millwright: Millwright;
  private readonly bare: BareCommands;
  private first: BuildDetails | undefined;

  private constructor(millwright: Millwright, bare: BareCommands) {
    this.millwright = millwright;
    this.bare = bare;
  }

  static async open(folder: string, app: { url: string; commit: string }, environmentFile: string): Promise<Pair> {
    mkdirSync(folder);
    const millwright = await Millwright.start(join(folder, "millwright"), { environmentFile });
    await millwright.addApp("hello", app.url);
    return new Pair(millwright, new BareCommands(join(folder, "bare"), app, environmentFile));
  }

  /** From the answer to the request until its followers see that it succeeded, and its files can be had. */
  async build(): Promise<Timed> {
    await eventually("the agent is idle", () => this.millwright.isIdle(), 60_000);
    const id = await this.millwright.ask("hello", BUILD);
    const began = performance.now();
    const build = await this.millwright.ended(id);
    const seconds = (performance.now() - began) / 1000;
    if (build.status !== "success") throw new Error(`it ended as ${build.status}: ${build.failure?.what}`);
    this.first ??= build;
    return { seconds, steps: stepTimesOf(build) };
  }

  /** Builds in a folder of that name, always as the app's first build: what comes out should be the same each time. */
  buildBare(name: string): Promise<Timed> {
    return this.bare.build(name, 1);
  }

  /** How the APK of Millwright's first build differs from that of the bare commands, signatures aside. */
  async differences(name: string): Promise<string[]> {
    const apk = this.first?.artifacts.find((each) => each.name.endsWith(".apk"));
    if (!this.first || !apk) throw new Error("Millwright's build has no APK");
    return differences(await this.millwright.artifact(this.first.id, apk.id), this.bare.apk(name));
  }

  /** How two APKs of the bare commands differ. */
  differencesOfBare(one: string, other: string): Promise<string[]> {
    return differences(this.bare.apk(one), this.bare.apk(other));
  }

  close(): Promise<void> {
    return this.millwright.close();
  }
}
