/** The steps of a build, in order. Ids are stable: they stand in the API and in links. */
export const STEPS = [
  ["fetch", "Fetch the commit"],
  ["inspect", "Look into the commit"],
  ["preflight", "Check the host and the signing"],
  ["checkout", "Check out"],
  ["install", "Install dependencies"],
  ["web-build", "Build the web app"],
  ["native-config", "Apply the native config"],
  ["platform", "Add the platform"],
  ["compile", "Build with Cordova"],
  ["verify", "Verify the product"],
  ["collect", "Collect artifacts"],
] as const;

export type StepId = (typeof STEPS)[number][0];

export function isStep(id: string): id is StepId {
  return STEPS.some(([known]) => known === id);
}

export type StepOutcome = "ok" | "warning" | "skipped" | "failed" | "canceled";
