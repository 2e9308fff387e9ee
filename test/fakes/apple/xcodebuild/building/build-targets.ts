import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { out } from "../../machine/tool.ts";
import { textIn, textsIn } from "../../plists/dictionary.ts";
import type { BuildSettings } from "../project/build-settings.ts";
import { APPLICATION, EXTENSION, type Target } from "../project/project-file.ts";
import { type BuildRequest, settingsOf } from "../project/target-settings.ts";
import { MissingInclude } from "../project/xcconfig.ts";
import { planSigning, type SigningPlan } from "../signing/plan.ts";
import { SigningTrouble } from "../signing/trouble.ts";
import { BuildFailure } from "./failure.ts";
import { makeProduct, makeSymbols } from "./product.ts";
import { signProduct, tellSigning } from "./sign-product.ts";
import { validateEmbedded } from "./validate-embedded.ts";

export interface Planned {
  target: Target;
  settings: BuildSettings;
  plan: SigningPlan | undefined;
}

/** Targets that make apps and extensions, those that others need first, each with its settings and its signing. */
export function planTargets(request: BuildRequest, targets: readonly Target[]): Planned[] {
  const troubles: string[] = [];
  const planned = withDependencies(targets).flatMap((target) => {
    const prefix = `${target.project.path}: error:`;
    const where = whereOf(target);
    try {
      const settings = settingsOf(request, target);
      const plan = request.platform === "iphoneos" ? planSigning(request, target, settings) : undefined;
      return [{ target, settings, plan }];
    } catch (thrown) {
      if (thrown instanceof SigningTrouble) troubles.push(...thrown.texts.map((text) => `${prefix} ${text} ${where}`));
      else if (thrown instanceof MissingInclude) troubles.push(`${prefix} ${thrown.message} ${where}`);
      else throw thrown;
      return [];
    }
  });
  if (troubles.length > 0) throw new BuildFailure(troubles);
  return planned;
}

export function whereOf(target: Target): string {
  return `(in target '${target.name}' from project '${target.project.name}')`;
}

function withDependencies(targets: readonly Target[]): Target[] {
  const ordered: Target[] = [];
  const visit = (target: Target) => {
    for (const id of textsIn(target.object, "dependencies")) {
      const needed = textIn(target.project.object(id), "target");
      const found = target.project.targets.find((each) => each.id === needed);
      if (found) visit(found);
    }
    if (!ordered.includes(target) && [APPLICATION, EXTENSION].includes(target.productType)) ordered.push(target);
  };
  for (const target of targets) visit(target);
  return ordered;
}

export interface Built extends Planned {
  bundle: string;
}

export interface Places {
  folderOf(planned: Planned): string;
  /** Where debug symbols go. */
  symbols?: string;
  /** What happens when all is compiled and nothing is signed. */
  beforeSigning?: () => void;
}

/** Builds extensions before the app that takes them in, and signs each. Throws `BuildFailure`. */
export function buildTargets(request: BuildRequest, planned: readonly Planned[], places: Places): Built[] {
  return planned.map((each) => {
    const { target, settings, plan } = each;
    const { symbols } = places;
    const folder = places.folderOf(each);
    mkdirSync(folder, { recursive: true });
    out(`Build target ${target.name} of project ${target.project.name} with configuration ${request.configuration}\n`);
    const bundle = makeProduct(request, target, settings, folder);
    const withSymbols = settings.value("DEBUG_INFORMATION_FORMAT") === "dwarf-with-dsym";
    if (symbols && withSymbols) makeSymbols(bundle, symbols, settings.value("PRODUCT_BUNDLE_IDENTIFIER"));
    if (target.productType === APPLICATION) {
      validateEmbedded(bundle, whereOf(target));
      places.beforeSigning?.();
    }
    if (plan) {
      const flags = settings.value("OTHER_CODE_SIGN_FLAGS");
      tellSigning(bundle, plan, whereOf(target), flags);
      signProduct(request.machine, bundle, plan, whereOf(target), flags);
    }
    return { ...each, bundle: join(folder, settings.value("FULL_PRODUCT_NAME")) };
  });
}
