import { fittingXcodes, type TargetOffer, xcodeWishOf } from "./target-platform.ts";

/** The systems that a target platform may ask for. */
export const HOST_SYSTEMS = ["macos", "linux"] as const;
export type HostSystem = (typeof HOST_SYSTEMS)[number];

/** What a host must have, besides the platform that is built for. What is left out doesn't matter. */
export interface Requirement {
  os?: HostSystem;
  /** As `xcodeWishOf` reads it: `26.0`, `>=16 <17`. */
  xcode?: string;
  /** A name that the agent's configuration must promise. */
  label?: string;
  /** A name that stands for all of the above where an agent's configuration promises it. */
  orLabel?: string;
}

/** What a host has, with its system. */
export interface HostOffer extends TargetOffer {
  /** Undefined for one that target platforms can't ask for. */
  os?: HostSystem | undefined;
}

const APPFLOW = /^(macOS|iOS|Linux|Android)\b(.*)$/i;
/** A date of an image, a kind of processor, a mark: they say nothing about a host of one's own. */
const MEANINGLESS = /^(?:\d{4}\.\d{1,2}(?:\.\d{1,2})?|Apple silicon|Intel|Preferred|Latest)$/i;
const MARKED_PREFERRED = /^Preferred$/i;
const XCODE = /^Xcode\s/i;

/**
 * What a name of Appflow's form asks for, or a name that is an Xcode: `macOS - 2026.10 (Xcode 26.0)`, `Linux - 2024.10`,
 * `Android`, `iOS - Xcode 11 (Preferred)`, `macOS - 2023.10 - Apple silicon`, `Xcode >=16 <17`. Of a name that is marked
 * as preferred the Xcode doesn't count: it named what everybody got who asked for nothing. Undefined for other names.
 */
export function requirementOfForm(name: string): Requirement | undefined {
  const text = name.trim();
  const asked = xcodeWishOf(text);
  if (asked) return { os: "macos", xcode: asked.wanted };
  const [, system = "", rest = ""] = APPFLOW.exec(text) ?? [];
  if (system === "") return undefined;
  const words = rest
    .split(/\s+-\s+|[()]/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const xcodes = words.filter((word) => XCODE.test(word));
  if (words.some((word) => !MEANINGLESS.test(word) && !xcodes.includes(word))) return undefined;
  const os = systemOf(system);
  if (xcodes.length === 0) return os === undefined ? {} : { os };
  const xcode = xcodeWishOf(xcodes[0] ?? "")?.wanted;
  if (os !== "macos" || xcode === undefined || xcodes.length > 1) return undefined;
  return words.some((word) => MARKED_PREFERRED.test(word)) ? { os } : { os, xcode };
}

/** Appflow built for Android on Linux, which nothing here needs. */
function systemOf(word: string): HostSystem | undefined {
  const system = word.toLowerCase();
  if (system === "linux") return "linux";
  return system === "android" ? undefined : "macos";
}

/**
 * What a name asks for that nobody defined. Where an agent promises the name, that agent will do, and for a name without
 * an Xcode only such agents. Undefined for a name that means nothing.
 */
export function requirementOfName(name: string, isPromised: boolean): Requirement | undefined {
  const form = requirementOfForm(name);
  if (form?.xcode !== undefined) return { ...form, orLabel: name };
  return isPromised ? { label: name } : form;
}

/** Whether a host has what is required. */
export function meets(offer: HostOffer, requirement: Requirement): boolean {
  if (requirement.orLabel !== undefined && offer.names.includes(requirement.orLabel)) return true;
  return whatIsUnmet(offer, requirement) === undefined;
}

/** The first part of a requirement that a host doesn't have. */
export function whatIsUnmet(offer: HostOffer, requirement: Requirement): "os" | "label" | "xcode" | undefined {
  const { os, label, xcode } = requirement;
  if (xcode !== undefined && fittingXcodes(xcodeWishOf(xcode), offer.xcodes).length === 0) return "xcode";
  if (os !== undefined && offer.os !== os && !(os === "macos" && isMac(offer))) return "os";
  return label !== undefined && !offer.names.includes(label) ? "label" : undefined;
}

/** A host with an Xcode that can be used does a Mac's work, also where it only stands in for one. */
export function isMac({ os, xcodes }: HostOffer): boolean {
  return os === "macos" || xcodes.length > 0;
}

/** As text, the same for the same requirement. Null for one that asks for nothing. */
export function requirementText({ os, xcode, label, orLabel }: Requirement): string | null {
  const text = JSON.stringify({ os, xcode, label, orLabel });
  return text === "{}" ? null : text;
}

export function readRequirement(text: string | null): Requirement {
  return text === null ? {} : (JSON.parse(text) as Requirement);
}
