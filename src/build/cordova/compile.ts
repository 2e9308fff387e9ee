import type { Step } from "../job/step.ts";
import { compileAndroid } from "./compile-android.ts";
import { compileIos } from "./compile-ios.ts";

/** Builds the app with cordova. Signing material is on the host only while this step runs. */
export const compileStep: Step = {
  id: "compile",
  async run(context) {
    context.found.compileStartedAtMs = Date.now();
    const compile = () => (context.spec.platform === "ios" ? compileIos(context) : compileAndroid(context));
    return context.caches ? context.caches.compile(compile) : compile();
  },
};
