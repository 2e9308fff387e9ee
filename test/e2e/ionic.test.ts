import { afterAll, beforeAll, expect, test } from "vitest";
import { describeApk } from "../demo/android.mjs";
import { needKit } from "../support/android-kit.ts";
import type { IonicVersion } from "../support/ionic-clis.ts";
import { type IonicGround, openIonicGround, type Person } from "../support/ionic-ground.ts";
import * as person from "../support/ionic-scenarios.ts";
import { KIT } from "../support/playground.ts";

// What may happen, each with one of the CLIs, and each CLI with a build by a real agent. `make test-ionic` does everything
// with every CLI.

let ground: IonicGround;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ground, close } = await openIonicGround());
});
afterAll(() => close());

function ionicTest(version: IonicVersion, title: string, run: (who: Person) => Promise<void>): void {
  test.concurrent(`ionic ${version}: ${title}`, async (context) => {
    needKit(context);
    await run(await ground.person(version));
  });
}

ionicTest("5.4.16", "an android debug build is followed and downloaded under its name", async (who) => {
  const apk = describeApk(await person.buildsAndroid(ground, who, "debug"), KIT);
  expect(apk).toMatchObject({ package: "dev.millwright.hello", version: "1.2.3" });
});

ionicTest("6.20.9", "an ios development build with every option, under the name that was asked for", async (who) => {
  await person.buildsIos(ground, who);
});

ionicTest("4.7.1", "login by password, link and git remote; a failed build says why", async (who) => {
  await person.logsInByPassword(who);
  await person.linksAnAppAndItsRemote(ground, who);
  await person.seesWhyABuildFailed(ground, who);
  await person.logsOut(ground, who);
});

ionicTest("6.8.0", "a canceled build ends, and a deploy build succeeds", async (who) => {
  await person.seesACancel(ground, who);
  await person.buildsTheWeb(ground, who);
});

ionicTest(
  "6.12.4",
  "a build over the limit says so and waits; wrong names are answered with those that exist",
  async (who) => {
    await person.waitsForTheLimit(ground, who);
    await person.isToldWhichNamesExist(ground, who);
  },
);

ionicTest(
  "7.2.1",
  "login by browser, link and git remote, logout; so with 6.20.9, which also gets its deploy build",
  async (who) => {
    await person.logsInByBrowser(ground, who);
    await person.linksAnAppAndItsRemote(ground, who);
    await person.logsOut(ground, who);
    await person.isRefusedWithBadToken(ground, who);
    const other = await ground.person("6.20.9");
    await person.logsInByBrowser(ground, other);
    await person.staysLoggedIn(ground, other);
    await person.buildsTheWeb(ground, other);
    await person.logsOut(ground, other);
  },
);
