import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ControllerOptions } from "../../src/controller/controller-options.ts";
import type { Timing } from "../../src/controller/services.ts";
import { type TestController, temporaryFolder, testController } from "./controller.ts";
import type { TestPostgres } from "./postgres.ts";

/** Controllers on one PostgreSQL, with a folder that they have in common and one of its own each. */
export class Replicas {
  readonly store: string;
  readonly shared: string;
  private readonly timing: Partial<Timing>;

  private constructor(store: string, timing: Partial<Timing>) {
    this.store = store;
    this.shared = join(temporaryFolder(), "shared");
    mkdirSync(this.shared);
    this.timing = timing;
  }

  static async on(postgres: TestPostgres, timing: Partial<Timing> = {}): Promise<Replicas> {
    return new Replicas(await postgres.database(), timing);
  }

  start(more: Partial<ControllerOptions> = {}): Promise<TestController> {
    const { store, shared, timing } = this;
    return testController(timing, temporaryFolder(), undefined, { store, shared, ...more });
  }

  startAll(count: number): Promise<TestController[]> {
    return Promise.all(Array.from({ length: count }, () => this.start()));
  }
}
