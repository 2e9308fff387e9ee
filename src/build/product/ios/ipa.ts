import { buffer } from "node:stream/consumers";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { type AppInfo, readAppInfo } from "./app-info.ts";
import { MACH_O_HEAD, machOArchitectures } from "./mach-o.ts";

/** What an .ipa holds, as far as it is looked at without being unpacked. */
export interface IpaContent {
  /** `Payload/Hello App.app/` */
  app: string;
  info: AppInfo;
  /** embedded.mobileprovision */
  profile?: Buffer;
  architectures: string[];
  /** What is inside the app and signed for itself: extensions, apps for the watch, app clips. */
  nested: NestedBundle[];
}

export interface NestedBundle {
  /** `Payload/Hello App.app/PlugIns/Share.appex/` */
  path: string;
  /** Undefined when its Info.plist is no property list with a CFBundleIdentifier. */
  info: AppInfo | undefined;
  profile?: Buffer;
}

const INFO = /^(Payload\/[^/]+\.app\/)Info\.plist$/;
const NESTED = /^(Payload\/[^/]+\.app\/.+\.(?:appex|app)\/)Info\.plist$/;

/** Reads an .ipa. Answers a sentence that says why not, when it is none with exactly one app. */
export async function readIpa(file: string): Promise<IpaContent | string> {
  let zip: ZipFile;
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  } catch (error) {
    return `It is no zip file: ${(error as Error).message}.`;
  }
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    return await contentOf(zip, entries);
  } catch (error) {
    return `It can't be read: ${(error as Error).message}.`;
  } finally {
    zip.close();
  }
}

async function contentOf(zip: ZipFile, entries: ReadonlyMap<string, Entry>): Promise<IpaContent | string> {
  const apps = [...entries.keys()].flatMap((name) => INFO.exec(name)?.[1] ?? []);
  const [app, ...others] = apps;
  if (app === undefined) return "It holds no Payload/NAME.app/Info.plist.";
  if (others.length > 0) return `It holds ${apps.length} apps instead of one: ${apps.join(", ")}.`;
  const { info, profile } = await bundleOf(zip, entries, app);
  if (!info) return `Its ${app}Info.plist is no property list with a CFBundleIdentifier.`;
  const program = entries.get(`${app}${info.executable}`);
  const architectures = program ? machOArchitectures(await headOf(zip, program)) : [];
  const nested: NestedBundle[] = [];
  for (const path of [...entries.keys()].flatMap((name) => NESTED.exec(name)?.[1] ?? []))
    nested.push(await bundleOf(zip, entries, path));
  return { app, info, architectures, nested, ...(profile ? { profile } : {}) };
}

async function bundleOf(zip: ZipFile, entries: ReadonlyMap<string, Entry>, path: string): Promise<NestedBundle> {
  const read = async (name: string): Promise<Buffer | undefined> => {
    const entry = entries.get(`${path}${name}`);
    return entry && buffer(await zip.openReadStreamPromise(entry));
  };
  const info = readAppInfo((await read("Info.plist")) ?? Buffer.alloc(0));
  const profile = await read("embedded.mobileprovision");
  return { path, info, ...(profile ? { profile } : {}) };
}

async function headOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    parts.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= MACH_O_HEAD) break;
  }
  return Buffer.concat(parts).subarray(0, MACH_O_HEAD);
}
