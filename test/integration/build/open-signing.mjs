// Opens the signing of a job, as the compile step does, says so and stays. One argument: a JSON of spec, host and material.
import { openSigning } from "../../../dist/build/signing/ios/open-signing.js";
import { planSigning } from "../../../dist/build/signing/ios/plan-signing.js";

const { spec, host, folder, ios } = JSON.parse(process.argv[2]);
const context = {
  spec,
  host,
  paths: { folder },
  log: { line: () => {}, redactor: { add: () => [] } },
  stop: { signal: new AbortController().signal },
  found: { tools: [] },
};
const plan = planSigning({ profile: "store", buildType: "ad-hoc", appId: "com.example.hello" }, ios, Date.now());
const open = await openSigning(context, ios, plan);
process.stdout.write(`${open.keychain}\n`);
process.stdin.resume();
