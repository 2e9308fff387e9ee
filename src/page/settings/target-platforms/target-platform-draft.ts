import type { TargetPlatform, TargetPlatformRequest } from "../../../protocol/queue-api.ts";

/** A target platform as its form holds it. */
export interface TargetPlatformDraft {
  name: string;
  os: TargetPlatformRequest["os"];
  xcode: string;
  label: string;
  notice: string;
  preferred: boolean;
  retired: boolean;
}

export function targetPlatformDraftOf(item: TargetPlatform | undefined): TargetPlatformDraft {
  const { name = "", os = "any", xcode = "", label = "", notice = "", preferred = false, retired = false } = item ?? {};
  return { name, os, xcode, label, notice, preferred, retired };
}

/** Only what its system takes; a new one goes to the end. */
export function targetPlatformRequestOf(draft: TargetPlatformDraft, position?: number): TargetPlatformRequest {
  const { os, preferred, retired } = draft;
  const texts = { xcode: os === "macos" ? draft.xcode : "", label: draft.label, notice: draft.notice };
  const given = Object.entries(texts).filter(([, text]) => text.trim() !== "");
  return {
    ...{ os, preferred: preferred && !retired, retired },
    ...Object.fromEntries(given.map(([name, text]) => [name, text.trim()])),
    ...(position === undefined ? {} : { position }),
  };
}

/** The request that writes one as it is, at another place. */
export function movedTo(item: TargetPlatform, position: number): TargetPlatformRequest {
  const { name: _, ...request } = item;
  return { ...request, position };
}

/** The places that change when one goes up or down, the new number of each: numbers may be missing or stand twice. */
export function moved(list: readonly TargetPlatform[], from: number, to: number): [TargetPlatform, number][] {
  const order = [...list];
  const [item] = order.splice(from, 1);
  if (!item) return [];
  order.splice(to, 0, item);
  return order.flatMap((each, place): [TargetPlatform, number][] => (each.position === place ? [] : [[each, place]]));
}
