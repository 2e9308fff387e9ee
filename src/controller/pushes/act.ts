import type { Selectable } from "kysely";
import { MillwrightError } from "../../base/errors/millwright-error.ts";
import type { BuildRequest } from "../../protocol/api.ts";
import type { AutomationRequest } from "../../protocol/push-api.ts";
import { matchesBranch } from "../automations/branch-patterns.ts";
import { cancelBuild, requestBuild } from "../queue/build-requests.ts";
import type { Services } from "../services.ts";
import type { Push } from "../store/push-store.ts";
import type { AppRow } from "../store/tables.ts";

/** A build that a push begins. */
interface Planned {
  /** For the outcome: `deploy build`, `automation nightly`. */
  what: string;
  request: BuildRequest;
  requestedBy: string;
  automationId?: string;
  /** Throws when what begins it isn't as the controller wrote it. */
  check: () => void;
}

/**
 * Starts what a push to a branch starts: the deploy build and the automations of the branch. What can't be started doesn't
 * stop the rest. May be repeated after it broke off: no build is started twice. Answers what came of it, in words.
 */
export async function actOnPush(services: Services, push: Push): Promise<string> {
  const app = await services.store.apps.find(push.app_id);
  if (!app) return "ignored: the app was removed";
  if (push.sha === "") return "ignored: the branch was deleted";
  const said: string[] = [];
  for (const planned of await plansFor(services, app, push)) {
    said.push(await begin(services, app, push, planned));
    if (app.cancel_older === 1) said.push(...(await cancelOlder(services, push, planned.automationId)));
  }
  return said.length > 0
    ? said.join("; ")
    : "nothing to start: no deploy builds on push, and no automation for this branch";
}

async function plansFor(services: Services, app: Selectable<AppRow>, push: Push): Promise<Planned[]> {
  const { signatures } = services.store;
  const ofPush = () => signatures.check("push", push, push.id);
  const automations = (await services.store.automations.list(app.id)).filter(
    ({ enabled, branches }) =>
      enabled === 1 && (JSON.parse(branches) as string[]).some((pattern) => matchesBranch(pattern, push.branch)),
  );
  const deploy: Planned[] =
    app.deploy_on_push === 1
      ? [{ what: "deploy build", request: { kind: "deploy", commit: push.sha }, requestedBy: "push", check: ofPush }]
      : [];
  const others = automations.map((automation) => ({
    what: `automation ${automation.name}`,
    request: { ...(JSON.parse(automation.request) as AutomationRequest), commit: push.sha },
    requestedBy: `automation ${automation.name}`,
    automationId: automation.id,
    check: () => {
      ofPush();
      signatures.check("automation", automation, automation.name);
    },
  }));
  return [...deploy, ...others];
}

async function begin(services: Services, app: Selectable<AppRow>, push: Push, planned: Planned): Promise<string> {
  const { what, request, requestedBy, automationId } = planned;
  const begun = await services.store.pushes.buildsOf([push.id]);
  const there = begun.find((build) => build.automation_id === (automationId ?? null));
  if (there) return `${what}: started build ${there.id}`;
  const origin = { requestedBy, branch: push.branch, pushId: push.id, commitNote: push.note };
  try {
    planned.check();
    const build = await requestBuild(services, app, request, {
      ...origin,
      ...(automationId === undefined ? {} : { automationId }),
    });
    return `${what}: started build ${build.id}`;
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return `${what}: not started: ${error.failure.what} ${error.failure.why}`;
  }
}

async function cancelOlder(services: Services, push: Push, automationId: string | undefined): Promise<string[]> {
  const canceled: string[] = [];
  for (const id of await services.store.pushes.olderBuilds(push, automationId)) {
    const build = await services.store.builds.find(id);
    try {
      if (build) await cancelBuild(services, build, "push");
      canceled.push(`canceled build ${id}`);
    } catch (error) {
      if (!(error instanceof MillwrightError && error.code === "BUILD_ALREADY_ENDED")) throw error;
    }
  }
  return canceled;
}
