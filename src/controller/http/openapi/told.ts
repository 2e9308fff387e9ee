import type { z } from "zod";
import type { ShapeName } from "./shapes.ts";

/** What the API's document says of a route. The schemas are the ones that its handler validates with. */
export interface Told {
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** JSON when left out. */
  bodyType?: string;
  /** The status of a good answer: 200 when left out. */
  status?: number;
  /** A JSON answer by its name, or the content types of another one; without it, a good answer has no body. */
  answer?: ShapeName | { type: string | readonly string[] };
  /** Besides the good answer and refusals: such as 206, 303 or 503. */
  also?: readonly number[];
  /** Who may ask: the holder of a token (when left out), anyone, or who logs in with a name and a token as git does. */
  access?: "anyone" | "git";
  /** A browser may open it by itself, as a file or a text: the web page's cookie is enough for it. */
  file?: true;
  /** The answer may stay open for long. */
  stream?: true;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Why a route isn't in the document stands as a text. */
    told?: Told | string;
  }
}

/** The options of a route that say what it is, for the API's document. */
export function told(summary: string, rest: Omit<Told, "summary"> = {}): { config: { told: Told } } {
  return { config: { told: { summary, ...rest } } };
}

/** The options of a route that is no part of the API, and why. */
export function notTold(reason: string): { config: { told: string } } {
  return { config: { told: reason } };
}
