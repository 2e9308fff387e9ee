import { COMPILE, group, type Rule } from "./rule.ts";

/** Gradle may print its task on the same line, without a blank. */
const JAVA_PLACE = "(/\\S+\\.java):(\\d+): error:";

/** The app's Android parts: what the compilers, aapt, the manifest merger and the dex tools say. */
export const ANDROID_CODE_RULES: readonly Rule[] = [
  {
    code: "DUPLICATE_CLASS",
    steps: COMPILE,
    pattern: [
      /Duplicate class (\S+) found in modules? (.+)/,
      /Program type already present: (\S+)()/,
      /Multiple dex files define (\S+?);?$()/,
      new RegExp(`${JAVA_PLACE} duplicate class: (\\S+)`),
    ],
    values: (match) => ({
      class: match[3] ?? match[1]?.replace(/^L/, "").replaceAll("/", ".") ?? "",
      modules: match[3] ? `${match[1]} and another file` : match[2] || "see below",
    }),
  },
  {
    code: "DEX_LIMIT",
    steps: COMPILE,
    pattern: /Cannot fit requested classes in a single dex file.*|Too many (?:field|method) references.*/,
    values: whole,
  },
  {
    code: "MANIFEST_EXPORTED_MISSING",
    steps: COMPILE,
    pattern: /android:exported needs to be explicitly specified for (?:element )?<?(.+?)>?\. Apps targeting/,
    values: (match) => ({ element: match[1] ?? "" }),
  },
  {
    code: "MIN_SDK_TOO_LOW",
    steps: COMPILE,
    pattern: /uses-sdk:minSdkVersion (\d+) cannot be smaller than version (\d+) declared in library \[([^\]]+)\]/,
    values: (match) => ({ given: match[1] ?? "", needed: match[2] ?? "", library: match[3] ?? "" }),
  },
  {
    code: "MANIFEST_CONFLICT",
    steps: COMPILE,
    pattern: /> Manifest merger failed (?:: )?(.+)/,
    values: (match, around) => {
      const first = /multiple errors/.test(match[1] ?? "") ? around.find(/^\s+((?:Attribute|Element) .*)/) : undefined;
      return { said: group(first, 1, match[1] ?? "") };
    },
  },
  {
    code: "COMPILE_SDK_TOO_LOW",
    steps: COMPILE,
    pattern: [
      /Dependency '([^']+)' requires libraries and applications that/,
      /The minCompileSdk \((\d+)\) specified in a()/,
    ],
    values: (match, around) => {
      const needed = around.find(/compile against version (\d+) or later/);
      if (match[2] !== undefined) {
        const library = around.find(/Dependency: (\S+?)\.?$/);
        return { library: group(library, 1, "of a plugin"), needed: match[1] ?? "" };
      }
      return needed && { library: match[1] ?? "", needed: needed[1] ?? "" };
    },
  },
  {
    code: "ANDROIDX_WANTED",
    steps: COMPILE,
    pattern: [
      /(?:This project uses|Configuration .* contains) AndroidX dependencies, but the `?'?android\.useAndroidX'?`? property is not enabled.*/,
      /Android dependency '(?:androidx|com\.android\.support)\S* has different version.*/,
    ],
    values: whole,
  },
  {
    code: "RESOURCE_DUPLICATE",
    steps: COMPILE,
    pattern: [
      /Error: Found item (\S+) more than one time/,
      /\[([\w-]+\/[\w.]+)\] .*\[[\w-]+\/[\w.]+\] .*: (?:Error: )?Duplicate resources/,
      /(?:resource|attribute) '?([\w./:-]+)'? .*(?:has a conflicting value|already defined)/,
    ],
    values: (match) => ({ resource: match[1] ?? "", said: match[0].trim() }),
  },
  {
    code: "IMAGE_BROKEN",
    steps: COMPILE,
    pattern: /.*libpng error: .*|.*file failed to compile\.|.*AAPT: error: failed to read PNG signature.*/,
    values: (match) => (/\.xml/.test(match[0]) ? undefined : whole(match)),
  },
  {
    code: "RESOURCE_BROKEN",
    steps: COMPILE,
    pattern: [
      /(\/\S+\.xml):(\d+)(?::[\d-]+)?: AAPT: (?:error: )?(.+)/,
      /(\/\S+\.xml):(\d+)(?::[\d-]+)?: error: (?:Error: )?(.+)/,
      /(\/\S+\.xml):(\d+)(?::[\d-]+)?: (resource .* not found\.?)/,
    ],
    values: (match) => ({ place: `${match[1]}:${match[2]}`, error: match[3]?.trim() ?? "" }),
  },
  {
    code: "JAVA_PACKAGE_MISSING",
    steps: COMPILE,
    pattern: new RegExp(`${JAVA_PLACE} package (\\S+) does not exist`),
    values: (match) => ({ place: `${match[1]}:${match[2]}`, package: match[3] ?? "" }),
  },
  {
    code: "JAVA_ERROR",
    steps: COMPILE,
    pattern: new RegExp(`${JAVA_PLACE} (.+)`),
    values: (match) => ({ place: `${match[1]}:${match[2]}`, error: match[3] ?? "" }),
  },
  {
    code: "KOTLIN_VERSION_MISMATCH",
    steps: COMPILE,
    pattern: /binary version of its metadata is ([\d.]+?), expected version is ([\d.]+?)\.?$/,
    values: (match) => ({ library: match[1] ?? "", expected: match[2] ?? "" }),
  },
  {
    code: "KOTLIN_ERROR",
    steps: COMPILE,
    pattern: /^e: (?:file:\/\/)?(\S+\.kts?):? ?[(:](\d+)[:,] ?\d+\)?:? (.+)/,
    values: (match) => ({ place: `${match[1]}:${match[2]}`, error: match[3] ?? "" }),
  },
  {
    code: "SHRINKER_MISSING_CLASS",
    steps: COMPILE,
    // With the word WARNING it stops nothing.
    pattern: /^ERROR: ?(?:R8: )?Missing class (\S+)/,
    values: (match) => ({ class: match[1] ?? "" }),
  },
  {
    code: "LINT_ABORTED",
    steps: COMPILE,
    pattern: /Lint found (?:fatal )?errors (?:in the project; aborting build|while assembling).*/,
    values: whole,
  },
];

function whole(match: RegExpExecArray) {
  return { said: match[0].trim() };
}
