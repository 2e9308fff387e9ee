// An upgrade that is ended by KILL when it begins a step: node killed-upgrader.mjs STEP OPTIONS-AS-JSON.
import { upgrade } from "../../../../dist/agent/releases/upgrade.js";

const [killAt, options] = process.argv.slice(2);
const onStep = (step) => {
  if (step === killAt) process.kill(process.pid, "SIGKILL");
};
await upgrade({ ...JSON.parse(options), onStep });
