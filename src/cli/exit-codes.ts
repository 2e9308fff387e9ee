import type { Failure } from "../base/errors/millwright-error.ts";
import type { BuildStatus } from "../protocol/build-types.ts";

/** What scripts can rely on; docs/cli.md says the same. */
export const EXIT = {
  success: 0,
  buildFailed: 1,
  refused: 2,
  canceled: 3,
  unreachable: 4,
  notYours: 5,
  interrupted: 130,
  /** The reader of stdout went away (`| head`), as for every program that SIGPIPE ends. */
  pipeClosed: 141,
} as const;

const UNREACHABLE = ["CONTROLLER_SILENT", "ANSWER_NOT_UNDERSTOOD", "UNAUTHENTICATED"];

/** The exit code of a command that a failure ended. */
export function exitCodeOfFailure(failure: Failure): number {
  if (UNREACHABLE.includes(failure.code)) return EXIT.unreachable;
  return failure.blame === "user" ? EXIT.refused : EXIT.notYours;
}

/** The exit code of a build that was followed to its end. */
export function exitCodeOfBuild(build: { status: BuildStatus; failure?: Failure }): number {
  if (build.status === "success") return EXIT.success;
  if (build.status === "canceled") return EXIT.canceled;
  return !build.failure || build.failure.blame === "user" ? EXIT.buildFailed : EXIT.notYours;
}
