import { type RepositoryName, repositoryName } from "./repository-name.ts";

/** What a pattern of `allow.repositories` may look like. */
export const PATTERN_EXPECTED =
  "expected * (any), or a pattern such as github.com/acme/*, git.acme.com:8443/**, http://host/app or file:///srv/git/*";

/** Whether it is `*` or an address with `*` (any part of a name) and `**` (any folders) in its path only. */
export function isRepositoryPattern(pattern: string): boolean {
  return pattern === "*" || readPattern(pattern) !== undefined;
}

/** Whether one of the patterns allows what is at an address. An address that could be taken in two ways is only allowed by `*`. */
export function allowsRepository(patterns: readonly string[], address: string): boolean {
  if (patterns.includes("*")) return true;
  const name = repositoryName(address);
  return name !== undefined && patterns.some((pattern) => matches(pattern, name));
}

function matches(pattern: string, name: RepositoryName): boolean {
  const wanted = readPattern(pattern);
  if (!wanted || wanted.host !== name.host || wanted.port !== name.port) return false;
  const sameWay = hasScheme(pattern) ? wanted.scheme === name.scheme : ["https", "ssh"].includes(name.scheme);
  return sameWay && matchesParts(wanted.path.split("/"), name.path.split("/"));
}

/** Without a scheme a pattern is for https and for ssh. */
function readPattern(pattern: string): RepositoryName | undefined {
  const wanted = repositoryName(hasScheme(pattern) ? pattern : `https://${pattern}`);
  return wanted && !pattern.includes("@") && !wanted.host.includes("*") ? wanted : undefined;
}

function hasScheme(pattern: string): boolean {
  return pattern.includes("://");
}

function matchesParts(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === "**") return path.some((_, at) => matchesParts(rest, path.slice(at + 1)));
  const [part, ...more] = path;
  return part !== undefined && matchesText(first, part) && matchesParts(rest, more);
}

/** Whether a text is as a pattern says, in which `*` stands for any characters. Capitals count. */
export function matchesText(pattern: string, text: string): boolean {
  const pieces = pattern.split("*").map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(text);
}
