import { expect, test } from "vitest";
import { testController } from "../../support/controller.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";
import { refusal } from "./refusal.ts";

test("what no platform takes is refused when it is written, each by its own code", async () => {
  const controller = await testController();
  const wrong: [object, string, string][] = [
    [{ bundleId: "shop" }, "BUNDLE_ID_INVALID", "names joined by dots"],
    [{ bundleId: "com.exämple.shop" }, "BUNDLE_ID_INVALID", "names joined by dots"],
    [{ version: "one" }, "VERSION_INVALID", "numbers and dots"],
    [{ buildNumber: "1.2.3.4" }, "VERSION_CODE_INVALID", "whole number from 1"],
    [{ preferences: { "a b": "c" } }, "NATIVE_CONFIG_INVALID", '"a b"'],
    [{ pluginVariables: { "a b": {} } }, "NATIVE_CONFIG_INVALID", '"a b"'],
    [{ pluginVariables: { "cordova-plugin-x": { "A-B": "1" } } }, "NATIVE_CONFIG_INVALID", '"A-B"'],
    [
      { pluginVariables: { "cordova-plugin-x": { A: "a\u0000b" } } },
      "REQUEST_INVALID",
      "pluginVariables.cordova-plugin-x.A",
    ],
  ];
  for (const [body, code, why] of wrong) {
    const refused = await refusal(controller, "PUT", "/native-configs/beta", body);
    expect(refused).toMatchObject({ status: 400, code, why: expect.stringContaining(why) });
  }
  expect((await controller.api("GET", "/native-configs")).body).toEqual({ items: [] });
});

test("what one platform takes is stored, and refused for a build of the other", async () => {
  const controller = await testController();
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const build = { kind: "package", commit: "main", nativeConfig: "beta" };
  const android = { ...build, platform: "android", buildType: "debug" };
  const simulator = { ...build, platform: "ios", buildType: "simulator" };
  const onlyOne: [object, object, object, string][] = [
    [{ bundleId: "com.my-app.x" }, simulator, android, "BUNDLE_ID_INVALID"],
    [{ bundleId: "com.new.shop" }, simulator, android, "BUNDLE_ID_INVALID"],
    [{ bundleId: "com.my_app.x" }, android, simulator, "BUNDLE_ID_INVALID"],
    [{ bundleId: "com.my_app.x", buildNumber: "1.2" }, {}, android, "VERSION_CODE_INVALID"],
    [{ buildNumber: "1.2.3" }, simulator, android, "VERSION_CODE_INVALID"],
  ];
  for (const [body, good, bad, code] of onlyOne) {
    expect(await controller.api("PUT", "/native-configs/beta", body)).toMatchObject({ status: 200 });
    if ("platform" in good)
      expect(await controller.api("POST", "/apps/demo/builds", good)).toMatchObject({ status: 201 });
    expect(await refusal(controller, "POST", "/apps/demo/builds", bad)).toMatchObject({ status: 400, code });
  }
});

test("plugin variables reach the build as they were written", async () => {
  const controller = await testController();
  const pluginVariables = { "@scope/cordova-plugin.x": { APP_ID: "a=b:c", EMPTY: "" } };
  expect(await controller.api("PUT", "/native-configs/beta", { pluginVariables })).toMatchObject({
    status: 200,
    body: { shown: { pluginVariables } },
  });
  await controller.api("POST", "/apps", { name: "demo", gitUrl: "https://example.test/x.git" });
  const agent = new ScriptedAgent(controller);
  await agent.open();
  const build = { kind: "package", platform: "android", buildType: "debug", commit: "main", nativeConfig: "beta" };
  await controller.api("POST", "/apps/demo/builds", build);
  const lease = (await agent.sync()).offers[0]?.lease;
  if (!lease) throw new Error("the build should be offered");
  expect((await agent.accept(lease)).spec.nativeConfig).toEqual({ name: "beta", pluginVariables });
});
