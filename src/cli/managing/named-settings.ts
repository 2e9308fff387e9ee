import type { NamedSetting } from "../../protocol/api.ts";
import { segment } from "../client/api.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type Column, tableLines } from "../terminal/table.ts";

/** The API's name for a kind of setting. */
export type SettingKind = "profiles" | "environments" | "native-configs";

const ONE: Record<SettingKind, string> = {
  profiles: "security profile",
  environments: "environment",
  "native-configs": "native config",
};

const COLUMNS: Column<NamedSetting>[] = [
  { title: "NAME", cell: (item) => item.name },
  { title: "UPDATED", cell: (item) => item.updatedAt.slice(0, 16).replace("T", " ") },
  { title: "HOLDS", cell: (item) => described(item.shown) },
];

/** Prints all settings of a kind, without their secrets. */
export async function listSettings(session: Session, kind: SettingKind): Promise<number> {
  const answer = await (await session.connect()).get<{ items: NamedSetting[] }>(`/${kind}`);
  session.answer(answer, (output) => {
    if (answer.items.length === 0) return output.note(`No ${ONE[kind]}s.`);
    for (const line of tableLines(answer.items, COLUMNS, output.style)) output.line(line);
  });
  return EXIT.success;
}

/** Writes a setting and says what it holds now. */
export async function putSetting(session: Session, kind: SettingKind, name: string, request: unknown): Promise<number> {
  const api = await session.connect();
  const item = await api.send<NamedSetting>("PUT", `/${kind}/${segment(name)}`, request);
  session.answer(item, (output) => output.line(`Set the ${ONE[kind]} ${item.name}: ${described(item.shown)}`));
  return EXIT.success;
}

/** Removes a setting. */
export async function removeSetting(session: Session, kind: SettingKind, name: string): Promise<number> {
  await (await session.connect()).send("DELETE", `/${kind}/${segment(name)}`);
  session.answer({ removed: name }, (output) => output.line(`Removed the ${ONE[kind]} ${name}.`));
  return EXIT.success;
}

/** `type=production alias=upload`; what is nested is named by its path. */
export function described(value: unknown, path = ""): string {
  if (Array.isArray(value)) return value.length === 0 ? "" : `${path}=${value.join(",")}`;
  if (typeof value !== "object" || value === null)
    return value === undefined || value === null ? "" : `${path}=${value}`;
  const parts = Object.entries(value).map(([key, part]) => described(part, path === "" ? key : `${path}.${key}`));
  return parts.filter((part) => part !== "").join(" ");
}
