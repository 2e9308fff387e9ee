import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BuildDetails } from "../../../src/protocol/api.ts";
import { eventually } from "../../support/eventually.ts";
import { Millwright } from "../millwright.ts";
import { BareCommands } from "./bare.ts";
import { differences } from "./same-contents.ts";

const BUILD = { kind: "package", platform: "android", buildType: "debug" };

/** A fresh Millwright and a fresh folder for the bare commands: nothing is cached on either side. */
export class Pair {
  private readonly millwright: Millwright;
  private readonly bare: BareCommands;
  /** The builds of Millwright, in order. */
  readonly builds: BuildDetails[] = [];

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

  /** Seconds from the answer to the request until its followers see that it succeeded, and its files can be had. */
  async build(): Promise<number> {
    await eventually("the agent is idle", () => this.millwright.isIdle(), 60_000);
    const id = await this.millwright.ask("hello", BUILD);
    const began = performance.now();
    const build = await this.millwright.ended(id);
    const seconds = (performance.now() - began) / 1000;
    if (build.status !== "success") throw new Error(`it ended as ${build.status}: ${build.failure?.what}`);
    this.builds.push(build);
    return seconds;
  }

  /** Seconds that the bare commands took for the build of that number. */
  buildBare(number: number): Promise<number> {
    return this.bare.build(`build-${number}`, number);
  }

  /** What differs between the first APKs of both, signatures aside. */
  async differences(): Promise<string[]> {
    const [build] = this.builds;
    const apk = build?.artifacts.find((each) => each.name.endsWith(".apk"));
    if (!build || !apk) throw new Error("Millwright's build has no APK");
    return differences(await this.millwright.artifact(build.id, apk.id), this.bare.apk("build-1"));
  }

  close(): Promise<void> {
    return this.millwright.close();
  }
}
