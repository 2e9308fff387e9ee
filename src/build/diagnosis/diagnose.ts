import type { ErrorCode } from "../../base/errors/catalogue.ts";
import type { FailureValues } from "../../base/errors/millwright-error.ts";
import type { Around, FailedCommand, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

export interface Diagnosis {
  code: ErrorCode;
  values: FailureValues;
  /** The matched line and those around it. */
  lines: string[];
}

const BEFORE = 2;
const BEHIND = 7;
const LOOK_BEFORE = 12;
const LOOK_BEHIND = 60;
const LONGEST_VALUE = 400;

interface Hit {
  rule: Rule;
  match: RegExpExecArray;
  at: number;
  values: FailureValues;
}

/**
 * The known failure that the output of a failed command tells of; undefined when no rule knows it. The first rule that has a
 * line wins, whatever the order of the lines; of one rule's lines the first.
 */
export function diagnose(output: readonly string[], command: FailedCommand): Diagnosis | undefined {
  // Also the way it ended can be the cause.
  const lines = [...output, `ended with ${command.exit}`];
  let rules = RULES.filter((rule) => fits(rule, command));
  let best: Hit | undefined;
  for (const [at, line] of lines.entries()) {
    const hit = hitIn(rules, line, at, lines, command);
    if (!hit) continue;
    best = hit;
    rules = rules.slice(0, rules.indexOf(hit.rule)); // only a more special one can better it
    if (rules.length === 0) break;
  }
  return best && { code: best.rule.code, values: inOneLine(best.values), lines: excerpt(output, best.at) };
}

/** Facts of a line stand in sentences: without their blanks and full stop, and none too long. */
function inOneLine(values: FailureValues): FailureValues {
  const short = (value: string | number) =>
    String(value).replace(/\s+/g, " ").trim().slice(0, LONGEST_VALUE).replace(/\.$/, "");
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, short(value)]));
}

function fits(rule: Rule, command: FailedCommand): boolean {
  return rule.steps.includes(command.step) && (rule.platform === undefined || rule.platform === command.platform);
}

function hitIn(
  rules: readonly Rule[],
  line: string,
  at: number,
  lines: readonly string[],
  command: FailedCommand,
): Hit | undefined {
  for (const rule of rules) {
    const match = matchOf(rule, line);
    if (!match) continue;
    const values = rule.values ? rule.values(match, around(lines, at, command)) : {};
    if (values) return { rule, match, at, values };
  }
  return undefined;
}

function matchOf(rule: Rule, line: string): RegExpExecArray | undefined {
  for (const pattern of rule.pattern instanceof RegExp ? [rule.pattern] : rule.pattern) {
    const match = pattern.exec(line);
    if (match) return match;
  }
  return undefined;
}

function around(lines: readonly string[], at: number, command: FailedCommand): Around {
  const near = lines.slice(Math.max(0, at - LOOK_BEFORE), at + LOOK_BEHIND);
  return {
    command,
    find: (pattern) => {
      for (const line of near) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      return undefined;
    },
  };
}

/** Where the lines behind it say the same again, as npm's usage does, they are cut off at the first line of that kind. */
function excerpt(lines: readonly string[], at: number): string[] {
  const part = lines.slice(Math.max(0, at - BEFORE), at + 1 + BEHIND);
  const end = part.findIndex((line, index) => index > BEFORE && NO_MORE.test(line));
  return end < 0 ? part : part.slice(0, end);
}

const NO_MORE = /^\* Try:|A complete log of this run|^npm (error|ERR!) (Clean install|For a full report)|Visit https:/;
