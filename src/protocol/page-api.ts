/**
 * What the web page asks for besides the rest of the HTTP API; below `/api/v1`, in the way of api.ts, where not said
 * otherwise.
 *
 *   GET    /builds/changes                application/x-ndjson: a Build after each change of one, from now on; ?account ?app
 *   POST   /builds/:id/retry              201 Build: the same asked for again, with the very commit
 *   GET    /builds/:id/log/outline        LogOutline
 *   GET    /builds/:id/log/search         LogMatches; ?q ?from=BYTE ?most=MATCHES
 *   POST   /builds/:id/artifacts/:artifact/install   201 InstallLink
 *   PUT    /agents/:agent/hold            HoldRequest → Agent; operators only; `:agent` is an id or a name
 *   DELETE /agents/:agent/hold            Agent; operators only
 *   GET    /target-platforms/fit          { agents: AgentFit[] }; ?platform ?targetPlatform: who could build for it, and who not
 *
 * Not below /api/v1:
 *
 *   POST   /page/session                  PageLogin → 201 Me, and a cookie
 *   DELETE /page/session                  204; ends the login and takes the cookie away
 *   GET    /install/:token                a page that offers a file to a phone; needs no token but that of its address
 *   GET    /install/:token/manifest.plist what iOS asks for before it installs an app
 *
 * Requests that show the cookie instead of a token carry PAGE_HEADER, or they are refused: another site can't send it.
 */

export const PAGE_HEADER = "x-millwright-page";

/** Either a person's login, or a token: the controller's own, or one that a person made. */
export type PageLogin = { email: string; password: string } | { token: string };

/** Where things are in a log. Lines are numbered from 1; places are bytes from the beginning of the log. */
export interface LogOutline {
  /** Bytes that were looked at: all there were. */
  length: number;
  /** Whole lines, and the unfinished one at the end. */
  lines: number;
  /** `marks[k]` is where line `k * every + 1` begins. */
  every: number;
  marks: number[];
  steps: LogStep[];
  /** The line that most probably says why it failed; only of builds that did. */
  firstError?: number;
}

export interface LogStep {
  title: string;
  /** The line of its heading. */
  line: number;
}

export interface LogMatches {
  matches: LogMatch[];
  /** Where to go on searching; missing when the end was reached. */
  next?: number;
}

export interface LogMatch {
  line: number;
  /** Where the line begins. */
  at: number;
}

/** An address for phones, good for a short time. */
export interface InstallLink {
  url: string;
  expiresAt: string;
}

export const HOLD_KINDS = ["pause", "drain"] as const;
/** Neither gives the agent new builds. `pause` is for a while; `drain` also says when the last one has ended. */
export type HoldKind = (typeof HOLD_KINDS)[number];

export interface HoldRequest {
  kind: HoldKind;
  /** For those who ask why their build waits. */
  reason: string;
}

/** Why an operator keeps an agent from new builds. */
export interface Hold extends HoldRequest {
  by: string;
  at: string;
  /** A drained agent runs nothing any more. */
  done: boolean;
}
