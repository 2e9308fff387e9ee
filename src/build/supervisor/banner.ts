import type { HostSettings, JobSpec } from "../../protocol/job-folder/spec.ts";

/** The first lines of a log: what is built, of what, where. */
export function banner(spec: JobSpec, host: HostSettings): string {
  const what = spec.kind === "deploy" ? "Deploy" : `${spec.platform} ${spec.buildType}`;
  const lines = [`${what} build ${spec.lease.buildId} of ${spec.app.name} on ${host.agentName}`];
  if (spec.lease.attempt > 1) lines.push(`Attempt ${spec.lease.attempt}`);
  lines.push(`Commit ${spec.commit}`);
  if (spec.targetPlatform) lines.push(`Target platform ${spec.targetPlatform}`);
  if (spec.notice) lines.push(`Notice of this target platform: ${spec.notice}`);
  if (spec.environment) lines.push(`Environment ${spec.environment.name}`);
  if (spec.nativeConfig) lines.push(`Native config ${spec.nativeConfig.name}`);
  if (spec.securityProfile) lines.push(`Security profile ${spec.securityProfile.name}`);
  return lines.join("\n");
}
