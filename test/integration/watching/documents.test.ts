import { readFileSync } from "node:fs";
import type { Registry } from "prom-client";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createAgentMetrics } from "../../../src/agent/health/metrics.ts";
import { createControllerMetrics } from "../../../src/controller/metrics.ts";
import { createStoreGauges } from "../../../src/controller/watching/store-gauges.ts";
import { promtool } from "../../support/prometheus.ts";
import { toolTest } from "../../support/tool-test.ts";

const RULES = "docs/watching/millwright.rules.yml";
const RULE_TESTS = "docs/watching/millwright.rules.test.yml";

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
}
interface RuleTests {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
}

function registries(): Registry[] {
  const controller = createControllerMetrics().registry;
  createStoreGauges(controller);
  return [controller, createAgentMetrics().registry];
}

/** The row of the page for a metric, as the program describes it. */
function rows(registry: Registry): string[] {
  return registry.getMetricsAsArray().map((metric) => {
    const { name, help, labelNames } = metric as typeof metric & { labelNames: string[] };
    const labels = labelNames.filter((label) => label !== "le").map((label) => `\`${label}\``);
    return `| \`${name}\` | ${metric.constructor.name.toLowerCase()} | ${labels.join(" ")} | ${help} |`;
  });
}

test("docs/watching.md tells of every metric, and of none that doesn't exist", () => {
  const page = readFileSync("docs/watching.md", "utf8");
  const told = page.split("\n").filter((line) => /^\| `millwright_/.test(line));
  expect(told.toSorted()).toEqual(registries().flatMap(rows).toSorted());
});

test("rules and dashboard ask only for metrics that exist", () => {
  const known = new Set(
    registries().flatMap((registry) =>
      registry.getMetricsAsArray().flatMap((metric) => {
        if (metric.constructor.name !== "Histogram") return [metric.name];
        return ["_bucket", "_sum", "_count"].map((end) => metric.name + end);
      }),
    ),
  );
  const asked = [readFileSync(RULES, "utf8"), readFileSync("docs/watching/dashboard.json", "utf8")].flatMap(
    (text) => text.match(/millwright_(agent|controller)_[a-z_]+/g) ?? [],
  );
  expect(asked.length).toBeGreaterThan(60);
  expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
});

test("each rule is tested: once it fires, and once it doesn't", () => {
  const { groups } = parse(readFileSync(RULES, "utf8")) as Rules;
  const { tests } = parse(readFileSync(RULE_TESTS, "utf8")) as RuleTests;
  const cases = tests.flatMap((each) => each.alert_rule_test);
  for (const { alert, annotations } of groups.flatMap(({ rules }) => rules)) {
    const ofRule = cases.filter(({ alertname }) => alertname === alert);
    expect(
      ofRule.some(({ exp_alerts }) => exp_alerts.length > 0),
      `${alert} fires`,
    ).toBe(true);
    expect(
      ofRule.some(({ exp_alerts }) => exp_alerts.length === 0),
      `${alert} doesn't fire`,
    ).toBe(true);
    expect(Object.keys(annotations)).toEqual(["summary", "description"]);
  }
});

toolTest(["promtool"], "promtool finds nothing wrong with the rules, and their tests pass", () => {
  expect(promtool("check", "rules", RULES)).toMatch(/SUCCESS: \d+ rules found/);
  expect(promtool("test", "rules", RULE_TESTS)).toContain("SUCCESS");
});
