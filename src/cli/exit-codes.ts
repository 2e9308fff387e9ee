import type { Failure } from "../base/errors/millwright-error.ts";
import type { BuildStatus } from "../protocol/build-types.ts";

/** What scripts can rely on; docs/cli.md says the same. */
export const EXIT = {
  success: 0,
  buildFailed: 1,
  /** Of `audit verify`. */
  notWhole: 1,
  refused: 2,
  canceled: 3,
  unreachable: 4,
  notYours: 5,
  interrupted: 130,
  /** The reader of stdout went away (`| head`), as for every program that SIGPIPE ends. */
  pipeClosed: 141,
} as const;

/** With which codes a command ends, and when: for its help. */
export type ToldExitCodes = readonly (readonly [code: number, when: string])[];

/** Of every command that asks a controller and is done. */
export const EXIT_CODES_OF_REQUESTS: ToldExitCodes = [
  [EXIT.success, "it was done"],
  [EXIT.refused, "bad usage, or the request was refused"],
  [EXIT.unreachable, "the controller can't be reached, or refused the token"],
  [EXIT.notYours, "a failure of the controller or of Millwright itself"],
];

/** Of those that follow a build to its end. */
export const EXIT_CODES_OF_BUILDS: ToldExitCodes = [
  [EXIT.success, "it was built"],
  [EXIT.buildFailed, "the build failed, by the app, its settings or the request"],
  [EXIT.refused, "bad usage, or the request was refused"],
  [EXIT.canceled, "the build was canceled"],
  [EXIT.unreachable, "the controller can't be reached, or refused the token"],
  [EXIT.notYours, "a failure of the build host, the controller or Millwright itself"],
  [EXIT.interrupted, "interrupted; the build goes on"],
];

/** Of `audit verify`. */
export const EXIT_CODES_OF_CHECKS: ToldExitCodes = [
  [EXIT.success, "every entry is there and as it was written"],
  [EXIT.notWhole, "an entry was changed, removed, put in or moved, or entries are not chained"],
  ...EXIT_CODES_OF_REQUESTS.filter(([code]) => code !== EXIT.success),
];

/** Of those that run until they are stopped. */
export const EXIT_CODES_OF_SERVICES: ToldExitCodes = [
  [EXIT.success, "it was stopped, by TERM or Ctrl-C"],
  [EXIT.refused, "bad usage, or a configuration that it can't work with"],
  [EXIT.notYours, "a failure of the host, or of Millwright itself"],
];

/** Of what asks nobody. */
export const EXIT_CODES_ALONE: ToldExitCodes = [
  [EXIT.success, "it was printed"],
  [EXIT.refused, "bad usage"],
];

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
