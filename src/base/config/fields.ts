import { z } from "zod";
import { parseDuration, parseSize } from "../units.ts";
import { isHostPort } from "./host-port.ts";

/** A duration as people write it (`30s`, `10m`), in milliseconds. */
export const duration = () =>
  z.string("expected a duration such as 30s, 10m or 2h").transform((text, context) => {
    const ms = parseDuration(text);
    if (ms === undefined) context.addIssue(`expected a duration such as 30s, 10m or 2h, not ${JSON.stringify(text)}`);
    return ms ?? 0;
  });

/** A size as people write it (`512MiB`, `10GiB`), in bytes. */
export const size = () =>
  z.string("expected a size such as 512MiB or 10GiB").transform((text, context) => {
    const bytes = parseSize(text);
    if (bytes === undefined) context.addIssue(`expected a size such as 512MiB or 10GiB, not ${JSON.stringify(text)}`);
    return bytes ?? 0;
  });

/** `host:port`, `[v6]:port`; port 0 takes a free one. */
export const address = () => z.string("expected HOST:PORT").refine(isHostPort, "expected HOST:PORT");
