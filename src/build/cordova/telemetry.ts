/** cordova up to 12 asks about telemetry at its first use; 13 doesn't know the option any more. */
export function telemetryFlag(cordovaVersion: string): string[] {
  const major = Number(/^\d+/.exec(cordovaVersion)?.[0] ?? Number.NaN);
  return major < 13 ? ["--no-telemetry"] : [];
}
