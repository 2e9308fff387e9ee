import type { XcodeApp } from "./xcode-app.ts";
import { troubleOf, type XcodeTrouble } from "./xcode-state.ts";
import { findXcodeApps, isPreferred } from "./xcodes.ts";

/** An Xcode of this host with what keeps builds from using it. */
export interface HostXcode extends XcodeApp {
  trouble?: XcodeTrouble;
}

export interface XcodePlaces {
  folders: readonly string[];
  /** A version, or the path of an app; empty for the newest. */
  preferred: string;
}

/** Finds the Xcodes of this host again and again. Those found ready are not asked again until they are replaced. */
export class XcodeFinder {
  /** `changedMs` by path. */
  private readonly ready = new Map<string, number>();

  /** The Xcodes, the one for builds that name none first, then those that are ready; all are asked at once. */
  async find(places: XcodePlaces, environment: Readonly<Record<string, string>>): Promise<HostXcode[]> {
    const apps = await findXcodeApps(places.folders, environment);
    const xcodes = await Promise.all(apps.map((app) => this.look(app, environment)));
    const rank = (xcode: HostXcode) => (xcode.trouble ? 2 : isPreferred(xcode, places.preferred) ? 0 : 1);
    return xcodes.sort((a, b) => rank(a) - rank(b)); // keeps the order of equals: newest first
  }

  private async look(app: XcodeApp, environment: Readonly<Record<string, string>>): Promise<HostXcode> {
    if (this.ready.get(app.path) === app.changedMs) return app;
    const trouble = await troubleOf(app, environment);
    if (trouble) return { ...app, trouble };
    this.ready.set(app.path, app.changedMs);
    return app;
  }
}
