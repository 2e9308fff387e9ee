import type { EnvironmentRequest, NamedSetting } from "../../../protocol/api.ts";
import type { ChosenFile } from "../../client/read-file.ts";
import { type Pair, pairsOf, recordOf } from "../../controls/pairs.ts";

/** What an environment shows: variables with values, of secrets only the names. */
export interface ShownEnvironment {
  variables: Record<string, string>;
  secretNames: string[];
  /** Such as `GOOGLE_SERVICES: google-services.json`. */
  fileNames: string[];
}

/** A secret that builds find as a file. */
export interface FileRow {
  /** Tells rows apart while their names change. */
  id: number;
  name: string;
  file: ChosenFile | undefined;
  /** What is stored under this name; it isn't told. */
  keptFileName?: string;
}

export interface EnvironmentDraft {
  name: string;
  variables: Pair[];
  secrets: Pair[];
  files: FileRow[];
}

export function shownOf(item: NamedSetting): ShownEnvironment {
  const { variables = {}, secretNames = [], fileNames = [] } = item.shown as Partial<ShownEnvironment>;
  return { variables, secretNames, fileNames };
}

/** Secrets come without their values: an environment is written whole. */
export function environmentDraftOf(item: NamedSetting | undefined): EnvironmentDraft {
  if (!item) return { name: "", variables: [{ name: "", value: "" }], secrets: [], files: [] };
  const { variables, secretNames, fileNames } = shownOf(item);
  return {
    name: item.name,
    variables: pairsOf(variables),
    secrets: secretNames.map((name) => ({ name, value: "", kept: true })),
    files: fileNames.map(fileRowOf),
  };
}

export function environmentRequestOf({ variables, secrets, files }: EnvironmentDraft): EnvironmentRequest {
  const chosen = files.flatMap(({ name, file }) => (file ? [[name.trim(), file] as const] : []));
  const sent = chosen.map(([name, { fileName, base64 }]) => [name, { fileName, base64 }] as const);
  return { variables: recordOf(variables), secrets: recordOf(secrets), files: Object.fromEntries(sent) };
}

export function withFileRow(rows: readonly FileRow[]): FileRow[] {
  const id = Math.max(0, ...rows.map((row) => row.id + 1));
  return [...rows, { id, name: "", file: undefined }];
}

/** Why the environment can't have a variable of that name. */
export function variableFault(name: string, twice: ReadonlySet<string>): string | undefined {
  const trimmed = name.trim();
  if (twice.has(trimmed)) return `${trimmed} stands more than once, among variables, secrets and files.`;
  if (trimmed === "" || /^[A-Za-z_][A-Za-z0-9_]*$/.test(trimmed)) return undefined;
  return "A name has letters, digits and _, and begins with no digit.";
}

function fileRowOf(text: string, id: number): FileRow {
  const [name = "", ...rest] = text.split(": ");
  return { id, name, file: undefined, keptFileName: rest.join(": ") };
}
