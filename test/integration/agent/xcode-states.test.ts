import { dirname } from "node:path";
import { expect, test } from "vitest";
import { XcodeFinder } from "../../../src/build/toolchain/xcode-finder.ts";
import { installFakeMac } from "../../fakes/apple/install.ts";
import { temporaryFolder } from "../../support/controller.ts";

test("Each state of an Xcode is told as it is, and one that a person mends is ready at the next look", async () => {
  const mac = installFakeMac(temporaryFolder(), {
    xcodes: [
      { version: "16.2" },
      { version: "26.0", beta: true },
      { version: "16.4", firstLaunchDone: false },
      { version: "15.4", licenseAccepted: false },
      { version: "15.2", iosPlatform: "sdk-only" },
      { version: "14.3.1", iosPlatform: "absent" },
    ],
  });
  const environment = { PATH: `${mac.bin}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: mac.home };
  const finder = new XcodeFinder();
  const look = () => finder.find({ folders: [mac.applications], preferred: "" }, environment);
  const told = (await look()).map(({ version, build, beta, trouble }) => [
    version,
    build,
    beta,
    trouble?.kind ?? "ready",
  ]);
  expect(told).toEqual([
    ["16.2", "16C5032a", false, "ready"],
    ["26.0", "17A324", true, "ready"],
    ["16.4", "16F6", false, "first-launch"],
    ["15.4", "15F31d", false, "licence"],
    ["15.2", "15C500b", false, "ios-platform"],
    ["14.3.1", "14E300c", false, "ios-platform"],
  ]);
  mac.changeXcode("Xcode-16.4.app", { firstLaunchDone: true });
  mac.changeXcode("Xcode-15.4.app", { licenseAccepted: true });
  mac.changeXcode("Xcode-15.2.app", { iosPlatform: "installed" });
  const ready = (await look()).filter(({ trouble }) => !trouble).map(({ version }) => version);
  expect(ready).toEqual(["16.4", "16.2", "15.4", "15.2", "26.0"]);
});
