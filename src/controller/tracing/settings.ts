import { errorOf } from "../../base/errors/millwright-error.ts";

const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"] as const;
const PROTOCOLS = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether OpenTelemetry's own variables name a collector for traces. Throws TRACES_UNUSABLE for what would send them
 * nowhere: the exporter itself takes localhost instead of an address that it can't read.
 */
export function wantsTraces(environment: Environment): boolean {
  const value = (name: string) => environment[name]?.trim() ?? "";
  if (value("OTEL_SDK_DISABLED").toLowerCase() === "true") return false;
  if (value("OTEL_TRACES_EXPORTER").toLowerCase() === "none") return false;
  const named = ENDPOINTS.find((name) => value(name) !== "");
  if (named === undefined) return false;
  const protocol = PROTOCOLS.find((name) => value(name) !== "");
  if (protocol !== undefined && !value(protocol).startsWith("http/")) {
    const reason = `${protocol} asks for ${value(protocol)}, and traces go as OTLP over HTTP (http/json).`;
    throw errorOf("TRACES_UNUSABLE", { variable: protocol, reason });
  }
  if (!isHttpAddress(value(named))) {
    const reason = `${named} is no address that begins with http:// or https://.`;
    throw errorOf("TRACES_UNUSABLE", { variable: named, reason });
  }
  return true;
}

function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
