/**
 * Pushes and automations in the HTTP API, below /api/v1; everything else is in api.ts.
 *
 *   GET    /apps/:app/pushes               { pushes: Push[], next?: number }; ?limit ?before=ID, newest first
 *   POST   /apps/:app/push-secret          PushSecret; replaces the one before
 *   GET    /apps/:app/automations          { automations: Automation[] }
 *   POST   /apps/:app/automations          NewAutomation -> 201 Automation
 *   GET    /apps/:app/automations/:name    Automation
 *   PATCH  /apps/:app/automations/:name    some of NewAutomation -> Automation
 *   DELETE /apps/:app/automations/:name    204
 *
 * Not below /api/v1:
 *
 *   POST   /hooks/:app                     the webhook of a git host -> HookAnswer
 *          /git/:app.git                   git's smart HTTP protocol
 */
import type { BuildRequest } from "./api.ts";

/** A branch that was pushed, and what came of it. */
export interface Push {
  id: number;
  at: string;
  /** `own remote`, or the kind of git host that told of it. */
  source: string;
  branch: string;
  /** Missing when the branch was deleted. */
  commit?: string;
  /** Where the branch was; missing when it was new. */
  before?: string;
  /** The first line of the commit's message. */
  note: string;
  /** Who pushed, where it is known. */
  pushedBy?: string;
  /** In words; empty while it is being acted upon. */
  outcome: string;
  /** The builds that it began. */
  builds: number[];
}

/** What the webhook of a git host is set up with. The secret is shown this once. */
export interface PushSecret {
  secret: string;
  /** Where the webhook goes. */
  url: string;
}

/** What an automation asks for; the commit is that of the push. */
export type AutomationRequest = Omit<BuildRequest, "commit">;

export interface NewAutomation {
  name: string;
  /** Patterns of branch names: `*` stands for any text, also with slashes. */
  branches: string[];
  request: AutomationRequest;
  /** Enabled, when left out. */
  enabled?: boolean;
}

/** Builds that are started by themselves when branches are pushed. */
export interface Automation extends Required<NewAutomation> {
  id: string;
  createdAt: string;
  /** Why its builds can't be started any more. */
  fault?: string;
}

/** What came of one webhook. */
export interface HookAnswer {
  /** For people, such as `pong`. */
  message: string;
  pushes: HookedPush[];
  /** What of it starts nothing: tags, deletions, other events. */
  ignored: string[];
}

export interface HookedPush {
  branch: string;
  commit: string;
  outcome: string;
  /** It was told of before, and nothing was done now. */
  repeated: boolean;
}
