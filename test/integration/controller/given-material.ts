import { call } from "../../../src/agent/connection/controller-client.ts";
import type { LeaseRef } from "../../../src/protocol/job-folder/spec.ts";
import type { MaterialName, MaterialReply } from "../../../src/protocol/material.ts";
import type { ScriptedAgent } from "../../support/scripted-agent.ts";

/** Takes the next offer and accepts it. */
export async function takeBuild(agent: ScriptedAgent): Promise<{ lease: LeaseRef; jobToken: string }> {
  const lease = (await agent.sync()).offers[0]?.lease;
  if (!lease) throw new Error("there is no offer");
  return { lease, jobToken: (await agent.accept(lease)).jobToken };
}

/** Asks for material as the agent does. */
export async function askMaterial(
  agent: ScriptedAgent,
  { lease, jobToken }: { lease: LeaseRef; jobToken: string },
  name: MaterialName,
  step = "",
): Promise<MaterialReply> {
  const client = agent.client.lease;
  const { material, mask } = await call(client.getMaterial.bind(client), { lease, name, step }, jobToken);
  return { material: JSON.parse(material.toString()) as MaterialReply["material"], mask };
}

/** What the next build in the queue gets. */
export async function givenMaterial(agent: ScriptedAgent, name: MaterialName): Promise<MaterialReply> {
  return askMaterial(agent, await takeBuild(agent), name);
}
