import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type SendPlan, type Sent, send } from "./send.ts";

/** The agent's side. */
export interface Sender {
  send(plan: SendPlan): Promise<Sent>;
  close(): Promise<void>;
}

export type SenderReport = Sent | { failed: string };

/** A process of its own, as in the product. */
export function forkSender(): Sender {
  const child = fork(fileURLToPath(new URL("./sender-main.js", import.meta.url)));
  return {
    send: async (plan) => {
      const ended = new AbortController();
      const report = once(child, "message", { signal: ended.signal });
      const exit = once(child, "exit", { signal: ended.signal }).then(([code]): never => {
        throw new Error(`the sender ended with ${code}`);
      });
      exit.catch(() => {}); // as soon as the report is there nobody waits for it
      child.send(plan);
      const [answer] = (await Promise.race([report, exit]).finally(() => ended.abort())) as [SenderReport];
      if ("failed" in answer) throw new Error(answer.failed);
      return answer;
    },
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export function senderHere(): Sender {
  return { send, close: async () => {} };
}
