import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleRepository } from "../demo/playground.mjs";
import { eventually } from "../support/eventually.ts";
import { type Ground, openGround } from "../support/playground.ts";
import { checkMetrics, type Prometheus, startPrometheus } from "../support/prometheus.ts";
import { appleFiles } from "../support/signing-files.ts";
import { toolTest } from "../support/tool-test.ts";

let ground: Ground;
let close: () => Promise<void>;
let prometheus: Prometheus | undefined;
let controllerUrl: string;
let agentUrl: string;

beforeAll(async () => {
  ({ ground, close } = await openGround());
  controllerUrl = ground.environment.MILLWRIGHT_URL;
  agentUrl = /"health":"([^"]+)"/.exec(readFileSync(join(ground.folder, "agent-1.log"), "utf8"))?.[1] ?? "";
});
afterAll(async () => {
  await prometheus?.close();
  await close();
});

/** An app that needs nothing from npm. */
function plainApp(name: string): string {
  const folder = join(ground.folder, name);
  sampleRepository(folder, () => {
    rmSync(join(folder, "package-lock.json"), { force: true });
    const build = "node -e \"fs.mkdirSync('www',{recursive:true});fs.writeFileSync('www/index.html','hello')\"";
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", scripts: { build } }));
  });
  return folder;
}

async function writeProfile(): Promise<void> {
  const response = await fetch(`${controllerUrl}/api/v1/profiles/store`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ground.environment.MILLWRIGHT_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ type: "production", ios: appleFiles(ground.folder) }),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Every query of the dashboard by its panel, with the variables as Grafana fills them in for All. */
function queries(): { panel: string; expr: string }[] {
  const { panels } = JSON.parse(readFileSync("docs/watching/dashboard.json", "utf8")) as {
    panels: { type: string; title: string; targets?: { expr: string }[] }[];
  };
  return panels
    .filter(({ type }) => type !== "row")
    .flatMap(({ title, targets = [] }) => {
      expect(targets.length, title).toBeGreaterThan(0);
      return targets.map(({ expr }) => ({ panel: title, expr: expr.replaceAll("$agent", ".*") }));
    });
}

toolTest(
  ["prometheus", "promtool", "openssl"],
  "every query of the dashboard answers series from a controller and an agent that run",
  async () => {
    const host = (url: string) => new URL(url).host;
    prometheus = await startPrometheus(ground.folder, {
      "millwright-controller": host(controllerUrl),
      "millwright-agents": host(agentUrl),
    });
    await writeProfile();
    const folder = plainApp("plain");
    const git = `${folder}.git`;
    expect((await ground.millwright(folder, "apps", "add", "plain", "--git-url", git)).exit).toBe(0);
    for (let count = 0; count < 2; count += 1) {
      const built = await ground.millwright(folder, "deploy", "build", "--app", "plain", "--no-download");
      expect(built.exit, built.text).toBe(0);
    }
    const silent = async () => {
      const answers = await Promise.all(
        queries().map(async (query) => ({ ...query, series: (await prometheus?.series(query.expr)) ?? 0 })),
      );
      return answers.filter(({ series }) => series === 0).map(({ panel, expr }) => `${panel}: ${expr}`);
    };
    expect(queries().length).toBeGreaterThan(30);
    await eventually("all queries answer", async () => (await silent()).length === 0, 30_000).catch(() => undefined);
    expect(await silent()).toEqual([]);
  },
);

toolTest(
  ["promtool"],
  "promtool finds nothing wrong with the metrics of a controller and an agent that run",
  async () => {
    for (const url of [controllerUrl, agentUrl]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text.match(/^# HELP /gm)?.length).toBeGreaterThan(20);
      expect(checkMetrics(text)).toBe("");
    }
  },
);

test("controller and agent name a build's lines by build, lease and agent", async () => {
  const folder = plainApp("logged");
  const added = await ground.millwright(folder, "apps", "add", "logged", "--git-url", `${folder}.git`);
  expect(added.exit, added.text).toBe(0);
  const built = await ground.millwright(folder, "deploy", "build", "--app", "logged", "--no-download", "--json");
  expect(built.exit, built.text).toBe(0);
  const lines = (name: string) =>
    readFileSync(join(ground.folder, `${name}.log`), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const last = lines("controller").findLast(({ msg }) => msg === "a build has ended");
  expect(last).toMatchObject({
    state: "success",
    lease: expect.stringMatching(/^l[0-9a-f]{16}$/),
    agent: expect.any(String),
  });
  const { build, lease } = last ?? {};
  const taken = lines("controller").find(
    (line) => line["msg"] === "an agent has taken a build" && line["lease"] === lease,
  );
  expect(taken).toMatchObject({ build, agent: last?.["agent"], attempt: 1 });
  const ofAgent = lines("agent-1").filter((line) => line["lease"] === lease);
  expect(ofAgent.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["a build begins", "the build is recorded"]));
  for (const line of ofAgent) expect(line).toMatchObject({ build, agent: "demo-1" });
});
