import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const JOB_SECONDS = [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
const PHASE_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 180, 600, 1800, 3600];

/** What the agent counts of the builds that it runs and sends. */
export function createJobMetrics(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_agent_${name}`, help, registers });
  return {
    jobs: new Counter({
      ...named("jobs_total", "Builds that ended here, by platform, outcome, error code and whose fault it was"),
      labelNames: ["platform", "outcome", "code", "blame"] as const,
    }),
    jobDuration: new Histogram({
      ...named("job_duration_seconds", "Time that builds took here, by platform and outcome"),
      labelNames: ["platform", "outcome"] as const,
      buckets: JOB_SECONDS,
    }),
    phaseDuration: new Histogram({
      ...named("job_phase_duration_seconds", "Time that the steps of builds took; the step fetch is the git fetch"),
      labelNames: ["phase"] as const,
      buckets: PHASE_SECONDS,
    }),
    leasesAbandoned: new Counter({
      ...named("leases_abandoned_total", "Leases that were given up, by reason"),
      labelNames: ["reason"] as const,
    }),
    cancelLatency: new Histogram({
      ...named("cancel_latency_seconds", "Time from the order to cancel to the end of the build's processes"),
      buckets: [0.1, 0.5, 1, 2, 5, 10, 20, 60],
    }),
    killEscalations: new Counter({
      ...named("kill_escalations_total", "Signals sent to supervisors to end builds"),
      labelNames: ["signal"] as const,
    }),
    orphansReaped: new Counter(
      named("orphans_reaped_total", "Processes that builds had left and that were ended, at most once each"),
    ),
    ...createSendingMetrics(registry),
  };
}

function createSendingMetrics(registry: Registry) {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `millwright_agent_${name}`, help, registers });
  return {
    logBytes: new Counter(named("log_bytes_total", "Bytes of logs that the controller acknowledged")),
    logSpool: new Gauge(named("log_spool_bytes", "Bytes of logs that are kept for the builds held now")),
    logUnacked: new Gauge(
      named("log_unacked_bytes", "Bytes of logs that the controller has not yet acknowledged: how far it lags behind"),
    ),
    logFlush: new Histogram({
      ...named("log_flush_latency_seconds", "Time from a piece of a log that was sent to its acknowledgement"),
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 1, 5, 15],
    }),
    logTruncated: new Counter(named("log_truncated_total", "Builds whose log was too long to be kept whole")),
    artifactBytes: new Counter(named("artifact_bytes_total", "Bytes of artifacts that the controller stored")),
    artifactUpload: new Histogram({
      ...named("artifact_upload_duration_seconds", "Time until an artifact was stored, with what had to be sent again"),
      buckets: [0.05, 0.2, 1, 5, 15, 60, 300, 1200],
    }),
    artifactRetries: new Counter(named("artifact_retries_total", "Uploads that had to be tried again")),
  };
}
