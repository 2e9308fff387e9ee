import { ANY, COMPILE, type Rule } from "./rule.ts";

const said = (match: RegExpExecArray) => ({ said: match[0].trim() });

/** What the host ran out of: these go before everything else, since tools fail in odd ways then. */
export const HOST_RULES: readonly Rule[] = [
  {
    code: "FILE_WATCHERS_EXHAUSTED",
    steps: ANY,
    pattern: /ENOSPC: System limit for number of file watchers reached|inotify_add_watch.*No space left on device/,
  },
  {
    code: "DISK_FULL",
    steps: ANY,
    pattern: /\bENOSPC\b(?!.*watch)|No space left on device|Disk quota exceeded|There is not enough space on the disk/i,
    values: (match) => ({ reason: `The output says: ${match.input.trim()}` }),
  },
  {
    code: "TOO_MANY_OPEN_FILES",
    steps: ANY,
    pattern: /EMFILE: too many open files.*|Too many open files$|\berror EMFILE\b.*/,
    values: said,
  },
  {
    code: "NODE_HEAP_EXHAUSTED",
    steps: ANY,
    pattern: /FATAL ERROR: .*(?:Allocation failed - )?JavaScript heap out of memory/,
    values: (match, around) => ({ ...said(match), command: around.command.command }),
  },
  {
    code: "JAVA_MEMORY_REFUSED",
    steps: COMPILE,
    pattern:
      /Could not reserve enough space for .*object heap|There is insufficient memory for the Java Runtime Environment to continue|Invalid maximum heap size/,
    values: said,
  },
  {
    code: "JAVA_HEAP_EXHAUSTED",
    steps: COMPILE,
    pattern: [
      /^\s*>?\s*(Java heap space|GC overhead limit exceeded|Metaspace)\s*$/,
      /java\.lang\.OutOfMemoryError: (Java heap space|GC overhead limit exceeded|Metaspace)/,
      /(JVM heap space is exhausted|JVM Metaspace is exhausted)/,
    ],
    values: (match) => ({ said: match[1] ?? "" }),
  },
  {
    code: "MEMORY_KILLED",
    steps: ANY,
    pattern: [
      // `diagnose` puts the way a command ended behind its output.
      /^ended with (?:exit code 137|signal SIGKILL)$/,
      /^Killed$|: \d+ Killed\b.*|^npm (?:error|ERR!) signal SIGKILL/,
      /[Cc]ommand failed with signal "?SIGKILL"?.*|\bexit(?:ed with)? (?:code|status) 137\b/,
      /Gradle build daemon disappeared unexpectedly.*|finished with non-zero exit value 137/,
    ],
    values: said,
  },
];
