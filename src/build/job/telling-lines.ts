const TELLING = /\berror\b|\bERR!|FAILURE:|FAILED|What went wrong|exception|fatal:|cannot |could not|not found/i;
/** Gradle's reasons; npm puts the same sign before the scripts it runs. */
const GRADLE_REASON = /^\s*> (?!Task)[A-Z][a-z]/;
/** What says nothing of the cause. cordova 12 breaks on errors with a word for a code and then shows only that. */
const EMPTY_TALK =
  /--stacktrace|--info or --debug|A complete log of this run|Get more help|BUILD FAILED in|^\s*at |^npm (error|ERR!)( \d+)?\s*$|^npm warn\b|The "code" argument must be of type number/;
/** Names of packages and counts of nothing that only look like errors. */
const HARMLESS = /\b0 errors?\b|\berror-ex\b|\bno errors?\b/i;
/** Lines that stand out, but only announce the reason. */
const ANNOUNCEMENT =
  /^npm (error|ERR!) (code|errno|syscall|path|command)\b|^FAILURE:|What went wrong|^\d+ errors?$|^Execution failed for|^A problem occurred|^Command failed|: Command failed with exit code|^ERROR in\b/;
/** The first message of a compiler: javac, kotlinc, tsc, webpack, esbuild, clang. What they print after it follows from it. */
const COMPILER =
  /\.(?:java|kts?|swift|mm?|[cm]?[jt]sx?)[:(]\d+.*\berror\b|^e: .*\.kt|error TS\d+|^ERROR in |\[ERROR\]|Module not found: Error/;
const GRADLE_BLOCK = /^\* What went wrong:/;
const BLOCK_LINES = 4;
const COMPILER_LINES = 3;

/**
 * The lines that most likely tell why a command failed, in their order: the first message of a compiler, Gradle's first block
 * of what went wrong, then the first and the last of those that stand out; or the last lines when none does.
 */
export function tellingLines(all: readonly string[], most = 8): string[] {
  const lines = all.filter((line) => !EMPTY_TALK.test(line));
  const chosen = new Set<number>();
  const texts = new Set<string>();
  const take = (index: number) => {
    const text = lines[index]?.trim() ?? "";
    if (text === "" || texts.has(text) || chosen.size >= most) return;
    chosen.add(index);
    texts.add(text);
  };
  const compiler = lines.findIndex((line) => COMPILER.test(line) && !HARMLESS.test(line));
  if (compiler >= 0) for (let next = 0; next < Math.min(COMPILER_LINES, most); next += 1) take(compiler + next);
  for (const index of gradleBlock(lines)) take(index);
  const standing = [...lines.keys()].filter((index) => standsOut(lines[index] ?? ""));
  const half = Math.floor((most - chosen.size) / 2);
  const ends = [...standing.slice(0, half), ...standing.slice(-half).reverse(), ...standing.slice(half)];
  for (const index of ends) take(index);
  if (chosen.size === 0) return lines.slice(-most).map((line) => line.trim());
  return [...chosen].sort((a, b) => a - b).map((index) => lines[index]?.trim() ?? "");
}

/** The one line that most likely tells why a command failed; `nothing` when it printed nothing. */
export function tellingReason(all: readonly string[]): string {
  const telling = tellingLines(all);
  const compiler = telling.find((line) => COMPILER.test(line) && !ANNOUNCEMENT.test(line));
  return compiler ?? telling.find((line) => !ANNOUNCEMENT.test(line)) ?? telling[0] ?? "nothing";
}

function standsOut(line: string): boolean {
  return (TELLING.test(line) || GRADLE_REASON.test(line)) && !HARMLESS.test(line);
}

function gradleBlock(lines: readonly string[]): number[] {
  const from = lines.findIndex((line) => GRADLE_BLOCK.test(line));
  if (from < 0) return [];
  const rest = lines.slice(from + 1, from + 1 + BLOCK_LINES);
  const end = rest.findIndex((line) => line.startsWith("* "));
  return (end < 0 ? rest : rest.slice(0, end)).map((_, index) => from + 1 + index);
}
