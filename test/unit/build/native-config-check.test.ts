import { expect, test } from "vitest";
import { checkNativeConfig } from "../../../src/build/native-config/check.ts";

test("Overrides that the platform's tools would refuse or misread are refused", () => {
  const reason = (config: object, platform = "android") => {
    try {
      checkNativeConfig({ name: "beta", ...config }, platform);
      return "fine";
    } catch (error) {
      return (error as { failure: { why: string } }).failure.why;
    }
  };
  expect(reason({ bundleId: "com.example.app", version: "1.2.3", buildNumber: "12" })).toBe("fine");
  expect(reason({ bundleId: "app" })).toContain("The bundle id app");
  expect(reason({ bundleId: "com.my-app.x" })).toContain("The bundle id com.my-app.x");
  expect(reason({ bundleId: "com.my-app.x" }, "ios")).toBe("fine");
  expect(reason({ version: "one" })).toContain("The version one");
  expect(reason({ buildNumber: "0" })).toContain("from 1 to 2100000000");
  expect(reason({ buildNumber: "2100000001" })).toContain("from 1 to 2100000000");
  expect(reason({ buildNumber: "1.2" })).toContain("whole number");
  expect(reason({ buildNumber: "1.2" }, "ios")).toBe("fine");
  expect(reason({ preferences: { "a b": "c" } })).toContain('"a b"');
});
