import { afterAll, beforeAll, expect, test } from "vitest";
import { describeApk } from "../demo/android.mjs";
import { needKit } from "../support/android-kit.ts";
import { IONIC_CLIS, IONIC_VERSIONS, type IonicVersion } from "../support/ionic-clis.ts";
import { type IonicGround, openIonicGround, type Person } from "../support/ionic-ground.ts";
import * as person from "../support/ionic-scenarios.ts";
import { KIT } from "../support/playground.ts";

// Everything with every CLI and a real agent: `make test-ionic`.

let ground: IonicGround;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ ground, close } = await openIonicGround());
});
afterAll(() => close());

/** The tests of one CLI, one after the other. */
function ionicTest(version: IonicVersion, title: string, run: (who: Person) => Promise<unknown>): void {
  test(`ionic ${version}: ${title}`, async (context) => {
    needKit(context);
    await run(await ground.person(version));
  });
}

for (const version of IONIC_VERSIONS) {
  const { packages, deploys, browserLogin } = IONIC_CLIS[version];
  ionicTest(version, "login by password, and logout", async (who) => {
    await person.logsInByPassword(who);
    await person.logsOut(ground, who);
  });
  if (browserLogin) {
    ionicTest(version, "login by browser, staying logged in, and logout", async (who) => {
      await person.logsInByBrowser(ground, who);
      await person.staysLoggedIn(ground, who);
      await person.logsOut(ground, who);
    });
  }
  ionicTest(version, "a bad token", (who) => person.isRefusedWithBadToken(ground, who));
  ionicTest(version, "link and git remote", (who) => person.linksAnAppAndItsRemote(ground, who));
  if (deploys) ionicTest(version, "a deploy build", (who) => person.buildsTheWeb(ground, who));
  if (!packages) continue;
  ionicTest(version, "wrong names", (who) => person.isToldWhichNamesExist(ground, who));
  ionicTest(version, "a failed build", (who) => person.seesWhyABuildFailed(ground, who));
  ionicTest(version, "a canceled build", (who) => person.seesACancel(ground, who));
  ionicTest(version, "a build over the limit", (who) => person.waitsForTheLimit(ground, who));
  ionicTest(version, "ios development with every option", (who) => person.buildsIos(ground, who));
  for (const type of ["debug", "release"] as const) {
    ionicTest(version, `android ${type}`, async (who) => {
      const apk = describeApk(await person.buildsAndroid(ground, who, type), KIT);
      expect(apk).toMatchObject({ package: "dev.millwright.hello", version: "1.2.3" });
      if (type === "release") expect(apk.signer).toContain("CN=Shop");
    });
  }
}
