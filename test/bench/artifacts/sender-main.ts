import { type SendPlan, send } from "./send.ts";
import type { SenderReport } from "./sender.ts";

// Sends what its parent tells it to.
process.on("message", (plan: SendPlan) => {
  void send(plan)
    .catch((error: Error): SenderReport => ({ failed: error.stack ?? error.message }))
    .then((report) => process.send?.(report));
});
process.on("disconnect", () => process.exit(0));
