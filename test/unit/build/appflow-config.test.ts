import { expect, test } from "vitest";
import { readAppflowConfig } from "../../../src/build/checkout/appflow-config.ts";

const APP = { id: "a1b2", name: "Shop", subfolder: "" };
const TWO = JSON.stringify({
  apps: [
    { appId: "a1b2", root: "./apps/shop/", dependencyInstallCommand: "npm ci --legacy-peer-deps" },
    { appId: "Desk", root: "apps/desk", webBuildCommand: "npm run build:desk" },
  ],
});

function whyNot(text: string, app = APP): string {
  try {
    readAppflowConfig(text, app);
    return "read";
  } catch (error) {
    return (error as { failure: { why: string } }).failure.why;
  }
}

test("An app is found by its id, its name or its subfolder, or is the only one", () => {
  expect(readAppflowConfig(TWO, APP)).toEqual({ root: "apps/shop", install: "npm ci --legacy-peer-deps" });
  expect(readAppflowConfig(TWO, { ...APP, id: "x", name: "Desk" })).toEqual({
    root: "apps/desk",
    webBuild: "npm run build:desk",
  });
  expect(readAppflowConfig(TWO, { id: "x", name: "y", subfolder: "apps/desk" }).root).toBe("apps/desk");
  expect(readAppflowConfig('{"apps":[{"appId":"old-id","buildCommand":"make"}]}', APP)).toEqual({
    root: "",
    webBuild: "make",
  });
});

test("What can't be used is told with its place", () => {
  expect(whyNot(TWO, { id: "x", name: "y", subfolder: "" })).toContain("a1b2, Desk");
  expect(whyNot("{")).toContain("not valid JSON");
  expect(whyNot('{"apps":{}}')).toContain("apps: expected a list");
  expect(whyNot('{"apps":[{"root":7}]}')).toContain("apps.0.root: expected a folder");
  expect(whyNot('{"apps":[{"root":"../other"}]}')).toContain("leads out of the repository");
});

test("The folders that an app needs besides its own are read, also when there are none", () => {
  const config = (checkout: unknown) => JSON.stringify({ apps: [{ root: "apps/shop", checkout }] });
  expect(readAppflowConfig(config(["packages/ui/", "./shared"]), APP).parts).toEqual(["packages/ui", "shared"]);
  expect(readAppflowConfig(config([]), APP).parts).toEqual([]);
  expect(readAppflowConfig(config(undefined), APP).parts).toBeUndefined();
  expect(whyNot(config(["../x"]))).toContain('checkout "../x" leads out of the repository');
});
