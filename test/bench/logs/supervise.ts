import { writeFileSync } from "node:fs";
import { writeFileAtomically } from "../../../src/base/files.ts";
import { run } from "../../../src/base/processes/run.ts";
import { Redactor } from "../../../src/base/redaction/redactor.ts";
import { JobLog } from "../../../src/build/job/log.ts";
import { LogSpool } from "../../../src/protocol/job-folder/log-spool.ts";
import { jobPaths } from "../../../src/protocol/job-folder/paths.ts";

const LIMIT = 2 ** 40;

export interface SupervisePlan {
  /** Of the job. */
  folder: string;
  /** What the step prints. */
  text: string;
  secrets: string[];
}

export interface Spooled {
  length: number;
  sha256: string;
}

/** Does what a supervisor does with a step that prints: reads its pipe, redacts, writes the spool; at last the result. */
export async function supervise({ folder, text, secrets }: SupervisePlan): Promise<Spooled> {
  const paths = jobPaths(folder);
  const redactor = new Redactor();
  redactor.add(secrets);
  const spool = new LogSpool(paths.log, LIMIT, 0);
  const fail = (error: Error) => {
    throw error;
  };
  const sink = new JobLog(spool, redactor, fail).output();
  const environment = { PATH: process.env["PATH"] ?? "" };
  const step = { command: "cat", args: [text], cwd: folder, environment };
  const exit = await run({ ...step, onOutput: (stream, bytes) => sink.write(stream, bytes) });
  if (exit.exitCode !== 0) throw new Error(`the step ended with ${exit.exitCode}`);
  sink.end();
  const { length, sha256 } = spool.close();
  writeFileAtomically(paths.result, JSON.stringify({ length, sha256 }));
  writeFileSync(paths.events, "");
  return { length, sha256 };
}
