import type { Failure } from "../../base/errors/millwright-error.ts";
import type { BuildFacts } from "./facts.ts";
import type { PlainSpan } from "./plain-span.ts";

type Attributes = PlainSpan["attributes"];

/** Of OpenTelemetry's conventions: how a run or a task ended. */
const RESULTS = { success: "success", failed: "failure", canceled: "cancellation" } as const;

/**
 * What the root span says of its build: names of OpenTelemetry's conventions for CI/CD and version control where there are
 * any, `millwright.…` else. No variables, no names of people, and of addresses nothing that lets in.
 */
export function buildAttributes({ build, account, repository, url }: BuildFacts): Attributes {
  const failure = failureOfBuild(build.failure);
  return present({
    "cicd.pipeline.name": build.app_name,
    "cicd.pipeline.action.name": "BUILD",
    "cicd.pipeline.run.id": `${build.id}`,
    "cicd.pipeline.run.url.full": url,
    "cicd.pipeline.result": resultOf(build.state),
    "error.type": failure?.code,
    "vcs.repository.url.full": withoutCredentials(repository),
    ...head(build),
    "millwright.build.id": build.id,
    "millwright.build.kind": build.kind,
    "millwright.build.status": build.status,
    "millwright.build.type": build.build_type || undefined,
    "millwright.build.package_type": build.package_type,
    "millwright.build.platform": build.platform,
    "millwright.build.target_platform": build.target_platform,
    "millwright.build.attempts": build.attempt,
    "millwright.app.id": build.app_id,
    "millwright.app.name": build.app_name,
    "millwright.account.name": account,
    "millwright.failure.code": failure?.code,
    "millwright.failure.blame": failure?.blame,
  });
}

export function failureOfBuild(text: string | null): Failure | undefined {
  return text === null ? undefined : (JSON.parse(text) as Failure);
}

export function resultOf(state: string): string | undefined {
  return RESULTS[state as keyof typeof RESULTS];
}

/** An address without user, password, question and fragment; what isn't an address is left out, as git's `host:path` may be. */
export function withoutCredentials(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href;
}

export function present(all: Record<string, string | number | boolean | null | undefined>): Attributes {
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string | number | boolean] => (entry[1] ?? null) !== null),
  );
}

/** A push tells the branch; a request may name a branch, a tag or a commit, and doesn't say which. */
function head(build: BuildFacts["build"]) {
  const asked = /^[0-9a-f]{40}$/.test(build.commit_ref) ? undefined : build.commit_ref;
  return {
    "vcs.ref.head.name": build.branch ?? asked,
    "vcs.ref.head.type": build.branch === null ? undefined : "branch",
    "vcs.ref.head.revision": build.commit_sha,
  };
}
