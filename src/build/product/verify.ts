import type { JobContext } from "../job/context.ts";
import type { ProductFile } from "../job/findings.ts";
import { OK, type Step, warning } from "../job/step.ts";
import { verifyIos } from "./ios/verify-ios.ts";
import { verifyAndroid } from "./verify-android.ts";

/** Makes sure that the product is new, the right kind, the app of config.xml, and signed by the right certificate. */
export const verifyStep: Step = {
  id: "verify",
  async run(context) {
    const ios = context.spec.platform === "ios";
    const { product, unchecked } = ios ? await verifyIos(context) : await verifyAndroid(context);
    Object.assign(product.metadata, versionsOf(context));
    context.found.product = product;
    for (const [name, value] of Object.entries(product.metadata)) {
      context.log.line(`  ${name}: ${Array.isArray(value) ? value.join(", ") || "none" : value}`);
    }
    return unchecked.length > 0 ? warning(unchecked.join(" ")) : OK;
  },
};

function versionsOf(context: JobContext): ProductFile["metadata"] {
  const { cordova, platformVersion } = context.found;
  return {
    ...(cordova ? { cordovaVersion: cordova.version } : {}),
    ...(platformVersion ? { platformVersion } : {}),
  };
}
