import { errorOf } from "../../base/errors/millwright-error.ts";
import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";
import type { MaterialName, MaterialReply, Materials } from "../../protocol/material.ts";
import { requestMaterial } from "../../protocol/material-socket.ts";
import { checkVariables } from "../trust/admission.ts";
import type { JobLog } from "./log.ts";
import type { Parts } from "./parts.ts";
import type { Stop } from "./stop.ts";

/** Where steps ask for the secret parts of their job. */
export class MaterialDesk {
  private readonly spec: JobSpec;
  private readonly host: HostSettings;
  private readonly log: JobLog;
  private readonly stop: Stop;
  private readonly parts: Parts | undefined;
  private readonly step: () => string;
  private asked: Promise<Materials["environment"]> | undefined;

  /** `step` is the id of the step that runs. */
  constructor(spec: JobSpec, host: HostSettings, log: JobLog, stop: Stop, parts?: Parts, step = () => "") {
    this.spec = spec;
    this.host = host;
    this.log = log;
    this.stop = stop;
    this.parts = parts;
    this.step = step;
  }

  has(name: MaterialName): boolean {
    return this.spec.materials.includes(name);
  }

  /** Credentials of the repository: for the fetch step only. */
  async git(): Promise<Materials["git"] | undefined> {
    return this.has("git") ? await this.ask("git") : undefined;
  }

  /** Secret variables and files: see `withSecrets`. Asked for once. Throws NOT_ALLOWED_HERE for names that the host doesn't want. */
  async environment(): Promise<Materials["environment"]> {
    if (!this.has("environment")) return { secrets: {}, files: {} };
    this.asked ??= this.ask("environment").then((material) => {
      checkVariables(this.host, [...Object.keys(material.secrets), ...Object.keys(material.files)]);
      return material;
    });
    return await this.asked;
  }

  /** Keystore and passwords: for the step that signs only. */
  async signing(): Promise<Materials["signing"] | undefined> {
    return this.has("signing") ? await this.ask("signing") : undefined;
  }

  /** The redactor is armed before the material is handed out. */
  private async ask<N extends MaterialName>(name: N): Promise<Materials[N]> {
    const { leaseId } = this.spec.lease;
    const request = { leaseId, key: this.host.materialKey, name, step: this.step() };
    const waiting = () => this.log.line(`Waiting for the ${name} material: the agent or the controller is away`);
    const startedAt = performance.now();
    let reply: MaterialReply<N>;
    try {
      reply = await requestMaterial(this.host.materialSocket, request, this.stop.signal, waiting);
    } catch (cause) {
      this.stop.check();
      throw errorOf("MATERIAL_REFUSED", { name, reason: (cause as Error).message }, { cause });
    }
    this.parts?.add(`download of the ${name} material`, performance.now() - startedAt);
    const tooShort = this.log.redactor.add(reply.mask);
    if (tooShort.length > 0) {
      this.log.line(`Note: ${tooShort.length} of the secrets are too short or too common to be masked in the log`);
    }
    return reply.material;
  }
}
