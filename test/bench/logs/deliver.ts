import { readFileSync } from "node:fs";
import { ControllerClient } from "../../../src/agent/connection/controller-client.ts";
import { FolderWatch } from "../../../src/agent/jobs/folder-watch.ts";
import { LogUplink } from "../../../src/agent/uplink/log-uplink.ts";
import { jobPaths } from "../../../src/protocol/job-folder/paths.ts";
import type { Taken, Where } from "../one-agent.ts";
import type { Spooled } from "./supervise.ts";

export interface DeliverPlan extends Where, Taken {
  /** Of the job, whose log is there or about to be. */
  folder: string;
  windowBytes: number;
}

/** As the agent does it: sends the growing spool of a job; resolves when all of it is durable in the controller. */
export async function deliver(plan: DeliverPlan): Promise<number> {
  const { folder, address, trust, lease, jobToken, windowBytes } = plan;
  const paths = jobPaths(folder);
  const client = new ControllerClient(address, [], trust);
  const timing = { windowBytes, flushMs: 250 };
  const uplink = new LogUplink({
    ...{ client: () => client, lease, jobToken, file: paths.log, ...timing },
    onDirective: ({ action, reason }) => {
      if (action > 1) throw new Error(`the controller takes the log no longer: ${reason}`);
    },
  });
  const watch = new FolderWatch(paths, (changed) => {
    if (changed.log) uplink.grew();
  });
  try {
    const sent = uplink.run();
    await watch.untilSupervisorEnds(() => true);
    uplink.finish((JSON.parse(readFileSync(paths.result, "utf8")) as Spooled).length);
    await sent;
    return uplink.acked;
  } finally {
    watch.close();
    client.close();
  }
}
