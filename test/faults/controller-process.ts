import type { ControllerOptions } from "../../src/controller/controller-options.ts";
import { startController } from "../../src/controller/main.ts";

// A controller as its own process, with shorter times than people need: node controller-process.js OPTIONS-AS-JSON
const controller = await startController(JSON.parse(process.argv[2] ?? "{}") as ControllerOptions);
process.once("SIGTERM", () => {
  void controller.close().then(() => process.exit(0));
});
