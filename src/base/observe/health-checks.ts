/** One thing that a program needs to do its work. `reason` says what is wrong when `ok` is false. */
export interface HealthCheck {
  name: string;
  ok: boolean;
  reason?: string;
}

export function healthCheck(name: string, reason: string | undefined): HealthCheck {
  return reason === undefined ? { name, ok: true } : { name, ok: false, reason };
}

/** Why not all is well, one text a failed check. */
export function failedReasons(checks: readonly HealthCheck[]): string[] {
  return checks.flatMap(({ name, ok, reason }) => (ok ? [] : [reason ?? name]));
}
