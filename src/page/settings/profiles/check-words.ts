import type { Failure } from "../../../base/errors/millwright-error.ts";
import type { ShownProfile } from "../../../protocol/api.ts";

/** What the controller calls a profile that is only tried: it has no name yet. */
const NO_NAME = /\bNAME\b/g;
const OF_NO_NAME = / of the security profile NAME\b/g;

/** The failure of a check, about the profile that will have this name. */
export function failureNamed(failure: Failure, name: string): Failure {
  const { what, why, next } = failure;
  return { ...failure, what: named(what, name), why: named(why, name), next: named(next, name) };
}

export function shownNamed(shown: ShownProfile, name: string): ShownProfile {
  return shown.warnings ? { ...shown, warnings: shown.warnings.map((warning) => named(warning, name)) } : shown;
}

function named(text: string, name: string): string {
  const trimmed = name.trim();
  return text.replace(OF_NO_NAME, "").replace(NO_NAME, () => (trimmed === "" ? "NAME" : trimmed));
}
