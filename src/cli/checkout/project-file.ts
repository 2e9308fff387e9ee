import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { errorOf } from "../../base/errors/millwright-error.ts";
import { writeFileAtomically } from "../../base/files.ts";

const IONIC = "ionic.config.json";
const OWN = "millwright.json";

type Json = Record<string, unknown>;

/**
 * The id of the app that a folder belongs to: `id` in Ionic's ionic.config.json, else `app` in millwright.json. Looks in the
 * folder and in those above it, up to the top of the checkout. What can't be read names none.
 */
export function linkedApp(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const ionic = tryRead(join(at, IONIC));
    const id = (ionic && projectIn(ionic, at, folder)?.["id"]) ?? tryRead(join(at, OWN))?.["app"];
    if (typeof id === "string" && id !== "") return id;
    if (existsSync(join(at, ".git")) || dirname(at) === at) return undefined;
  }
}

/**
 * Writes the id into ionic.config.json where that is there, else into millwright.json, and leaves the rest of the file as it
 * is. Answers the file. Throws FILE_UNREADABLE for one that is no JSON, FILE_UNWRITABLE.
 */
export function linkFolder(folder: string, appId: string): string {
  const ionic = join(folder, IONIC);
  if (!existsSync(ionic)) {
    const own = join(folder, OWN);
    const { text, data } = existsSync(own) ? read(own) : { text: "", data: {} };
    return write(own, text, { ...data, app: appId });
  }
  const { text, data } = read(ionic);
  const project = projectIn(data, folder, folder);
  if (!project) {
    const reason = "It has several projects and says of none that it is in this folder or the default one.";
    throw errorOf("FILE_UNREADABLE", { file: ionic, reason });
  }
  project["id"] = appId;
  return write(ionic, text, data);
}

/** The part of ionic.config.json for a folder: of several projects the one whose `root` it is, else the default one. */
function projectIn(config: Json, configFolder: string, folder: string): Json | undefined {
  const projects = config["projects"];
  if (!isObject(projects)) return config;
  const here = relative(configFolder, folder);
  const all = Object.entries(projects).filter((entry): entry is [string, Json] => isObject(entry[1]));
  const normal = (root: unknown) =>
    typeof root === "string" ? root.replace(/^\.?\/+|\/+$/g, "").replace(/^\.$/, "") : "";
  const around =
    all.find(([, { root }]) => here === normal(root)) ?? all.find(([name]) => name === config["defaultProject"]);
  return around?.[1];
}

function tryRead(file: string): Json | undefined {
  try {
    return existsSync(file) ? read(file).data : undefined;
  } catch {
    return undefined; // the app is then known by something else, or asked for
  }
}

function read(file: string): { text: string; data: Json } {
  try {
    const text = readFileSync(file, "utf8");
    const data: unknown = JSON.parse(text);
    if (isObject(data)) return { text, data };
  } catch (cause) {
    throw errorOf("FILE_UNREADABLE", { file, reason: (cause as Error).message }, { cause });
  }
  throw errorOf("FILE_UNREADABLE", { file, reason: "It holds no JSON object." });
}

/** Indented as it was. */
function write(file: string, before: string, data: Json): string {
  const indent = /^[ \t]+/m.exec(before)?.[0] ?? "  ";
  try {
    writeFileAtomically(file, `${JSON.stringify(data, undefined, indent)}\n`, 0o644);
  } catch (cause) {
    throw errorOf("FILE_UNWRITABLE", { file }, { cause });
  }
  return file;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
