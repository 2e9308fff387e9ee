import { temporaryFolder } from "../../support/controller.ts";
import { PASSWORD } from "../../support/people.ts";
import { keystore } from "../../support/signing-files.ts";
import {
  byId,
  hooked,
  installed,
  ionicLogout,
  login,
  oauthLogin,
  pageLogout,
  pushed,
  quarantined,
  tokenOf,
} from "./ways.ts";
import { ANNA, keep, NEW_PASSWORD, SECRET, type World } from "./world.ts";

/** A route, what is done, and `actor action kind` of the entry that tells of it. */
type Act = [title: string, act: (world: World) => Promise<unknown>, told: string];

const DEPLOY = { kind: "deploy", commit: "main" };

/** Everything that can be changed over HTTP, in an order in which it can be done. */
export const ACTS: Act[] = [
  ["POST /api/v1/accounts", (w) => w.api("POST", "/accounts", { name: "team" }), "admin written account"],
  [
    "PATCH /api/v1/accounts/{account}",
    (w) => w.api("PATCH", "/accounts/team", { concurrencyLimit: 2 }),
    "admin written account",
  ],
  [
    "POST /api/v1/users",
    (w) => w.api("POST", "/users", { email: "bob@example.com", password: PASSWORD }),
    "admin written user",
  ],
  [
    "PATCH /api/v1/users/{user}",
    (w) => w.api("PATCH", "/users/bob@example.com", { disabled: true }),
    "admin written user",
  ],
  [
    "PUT /api/v1/accounts/{account}/members/{user}",
    (w) => w.api("PUT", "/accounts/team/members/bob@example.com", { role: "viewer" }),
    "admin written member",
  ],
  [
    "DELETE /api/v1/accounts/{account}/members/{user}",
    (w) => w.api("DELETE", "/accounts/team/members/bob@example.com"),
    "admin removed member",
  ],
  ["POST /api/v1/session", login, `${ANNA} logged in login`],
  [
    "DELETE /api/v1/session",
    async (w) => w.api("DELETE", "/session", undefined, w.controller.as(await tokenOf(w))),
    `${ANNA} logged out login`,
  ],
  [
    "PUT /api/v1/me/password",
    (w) => w.api("PUT", "/me/password", { current: PASSWORD, new: NEW_PASSWORD }, w.anna),
    `${ANNA} written user`,
  ],
  [
    "POST /api/v1/tokens",
    async (w) => keep(w, "token", w.api("POST", "/tokens", { name: "ci", scopes: ["read"] }, w.anna)),
    `${ANNA} written token`,
  ],
  [
    "DELETE /api/v1/tokens/{token}",
    (w) => w.api("DELETE", `/tokens/${w.made["token"]}`, undefined, w.anna),
    `${ANNA} removed token`,
  ],
  [
    "POST /page/session",
    (w) => w.send("POST", "/page/session", { email: ANNA, password: NEW_PASSWORD }),
    `${ANNA} logged in login`,
  ],
  ["DELETE /page/session", pageLogout, `${ANNA} logged out login`],
  [
    "POST /ionic/login",
    (w) => w.send("POST", "/ionic/login", { email: ANNA, password: NEW_PASSWORD }),
    `${ANNA} logged in login`,
  ],
  ["POST /ionic/logout", ionicLogout, `${ANNA} logged out login`],
  ["POST /oauth/token", oauthLogin, `${ANNA} logged in login`],
  [
    "POST /api/v1/apps",
    (w) =>
      keep(
        w,
        "app",
        w.api("POST", "/apps", {
          name: "demo",
          gitUrl: "https://example.test/x.git",
          gitUsername: "ci",
          gitPassword: SECRET,
        }),
      ),
    "admin written app",
  ],
  ["PATCH /api/v1/apps/{app}", (w) => w.api("PATCH", "/apps/demo", { keepLogsDays: 10 }), "admin written app"],
  [
    "POST /api/v1/apps/{app}/push-secret",
    async (w) => w.secrets.push(await keep(w, "hook", w.api("POST", "/apps/demo/push-secret"), "secret")),
    "admin written app",
  ],
  ["POST /hooks/{app}", hooked, "octo pushed app"],
  ["POST /ionic/apps", (w) => w.ionic("/apps", { name: "theirs" }), "admin written app"],
  ["POST /git/{repository}/git-receive-pack", pushed, "admin pushed app"],
  [
    "POST /api/v1/apps/{app}/automations",
    (w) =>
      w.api("POST", "/apps/demo/automations", { name: "nightly", branches: ["never"], request: { kind: "deploy" } }),
    "admin written automation",
  ],
  [
    "PATCH /api/v1/apps/{app}/automations/{name}",
    (w) => w.api("PATCH", "/apps/demo/automations/nightly", { enabled: false }),
    "admin written automation",
  ],
  [
    "DELETE /api/v1/apps/{app}/automations/{name}",
    (w) => w.api("DELETE", "/apps/demo/automations/nightly"),
    "admin removed automation",
  ],
  [
    "PUT /api/v1/environments/{name}",
    (w) => w.api("PUT", "/environments/Prod", { secrets: { KEY: SECRET } }),
    "admin written environment",
  ],
  ["DELETE /api/v1/environments/{name}", (w) => w.api("DELETE", "/environments/Prod"), "admin removed environment"],
  [
    "PUT /api/v1/native-configs/{name}",
    (w) => w.api("PUT", "/native-configs/Beta", { appName: "Beta" }),
    "admin written native-config",
  ],
  [
    "DELETE /api/v1/native-configs/{name}",
    (w) => w.api("DELETE", "/native-configs/Beta"),
    "admin removed native-config",
  ],
  [
    "PUT /api/v1/profiles/{name}",
    async (w) => w.api("PUT", "/profiles/play", { type: "production", android: keystore(temporaryFolder()) }),
    "admin written profile",
  ],
  ["DELETE /api/v1/profiles/{name}", (w) => w.api("DELETE", "/profiles/play"), "admin removed profile"],
  [
    "POST /api/v1/webhooks",
    (w) => keep(w, "webhook", w.api("POST", "/webhooks", { url: "http://127.0.0.1:9/x", secret: `${SECRET}-hook` })),
    "admin written webhook",
  ],
  [
    "POST /api/v1/webhooks/{webhook}/ping",
    (w) => keep(w, "delivery", w.api("POST", `/webhooks/${w.made["webhook"]}/ping`)),
    "admin used webhook",
  ],
  [
    "POST /api/v1/deliveries/{delivery}/again",
    (w) => w.api("POST", `/deliveries/${w.made["delivery"]}/again`),
    "admin used webhook",
  ],
  [
    "PATCH /api/v1/webhooks/{webhook}",
    (w) => w.api("PATCH", `/webhooks/${w.made["webhook"]}`, { enabled: false }),
    "admin written webhook",
  ],
  [
    "DELETE /api/v1/webhooks/{webhook}",
    (w) => w.api("DELETE", `/webhooks/${w.made["webhook"]}`),
    "admin removed webhook",
  ],
  [
    "POST /api/v1/apps/{app}/builds",
    (w) => keep(w, "build", w.api("POST", "/apps/demo/builds", DEPLOY)),
    "admin asked for build",
  ],
  [
    "POST /api/v1/builds/{id}/cancel",
    (w) => w.api("POST", `/builds/${w.made["build"]}/cancel`),
    "admin canceled build",
  ],
  [
    "POST /api/v1/builds/{id}/retry",
    (w) => w.api("POST", `/builds/${w.made["build"]}/retry`, undefined, w.anna),
    `${ANNA} asked for build`,
  ],
  [
    "POST /ionic/apps/{app}/deploys/verbose_post",
    (w) => w.ionic(`/apps/${w.made["app"]}/deploys/verbose_post`, { commit_sha: "main" }),
    "admin asked for build",
  ],
  [
    "POST /ionic/apps/{app}/packages/verbose_post",
    (w) =>
      w.ionic(`/apps/${w.made["app"]}/packages/verbose_post`, {
        commit_sha: "main",
        platform: "android",
        build_type: "debug",
        stack_name: "Linux",
      }),
    "admin asked for build",
  ],
  ["POST /ionic/apps/{app}/deploys", (w) => byId(w, "deploys"), "admin asked for build"],
  ["POST /ionic/apps/{app}/deploys/", (w) => byId(w, "deploys/"), "admin asked for build"],
  ["POST /ionic/apps/{app}/packages", (w) => byId(w, "packages"), "admin asked for build"],
  ["POST /ionic/apps/{app}/packages/", (w) => byId(w, "packages/"), "admin asked for build"],
  ["POST /api/v1/builds/{id}/artifacts/{artifact}/install", installed, "admin shared build"],
  [
    "PUT /api/v1/target-platforms/{name}",
    (w) => w.api("PUT", "/target-platforms/Mine", { os: "linux" }),
    "admin written target-platform",
  ],
  [
    "DELETE /api/v1/target-platforms/{name}",
    (w) => w.api("DELETE", "/target-platforms/Mine"),
    "admin removed target-platform",
  ],
  [
    "PUT /api/v1/agents/{agent}/hold",
    (w) => w.api("PUT", "/agents/tux/hold", { kind: "pause", reason: "disk" }),
    "admin written agent",
  ],
  ["DELETE /api/v1/agents/{agent}/hold", (w) => w.api("DELETE", "/agents/tux/hold"), "admin written agent"],
  [
    "POST /api/v1/maintenance",
    (w) => keep(w, "window", w.api("POST", "/maintenance", { agent: "tux", weekly: "Sun 02:00-04:00" })),
    "admin written agent",
  ],
  [
    "DELETE /api/v1/maintenance/{window}",
    (w) => w.api("DELETE", `/maintenance/${w.made["window"]}`),
    "admin removed agent",
  ],
  [
    "POST /api/v1/agents/invitations",
    (w) => keep(w, "invitation", w.api("POST", "/agents/invitations", {})),
    "admin written invitation",
  ],
  [
    "DELETE /api/v1/agents/invitations/{invitation}",
    (w) => w.api("DELETE", `/agents/invitations/${w.made["invitation"]}`),
    "admin removed invitation",
  ],
  [
    "POST /api/v1/agents/{agent}/trust",
    async (w) => {
      await quarantined(w);
      await w.api("POST", "/agents/host-1/trust", { machine: "m1.bbbb" });
    },
    "admin written agent",
  ],
  ["POST /api/v1/agents/{agent}/revoke", (w) => w.api("POST", "/agents/host-1/revoke"), "admin removed agent"],
  ["POST /api/v1/keys/rotate", (w) => w.api("POST", "/keys/rotate"), "admin key rotated key"],
  [
    "DELETE /api/v1/apps/{app}",
    async (w) => {
      await w.api("POST", "/apps", { name: "short", gitUrl: "https://example.test/y.git" });
      await w.api("DELETE", "/apps/short");
    },
    "admin removed app",
  ],
];

/** Why nothing is recorded. */
export const NOT_RECORDED: Record<string, string> = {
  "POST /api/v1/profiles/check": "looks into what was sent, and keeps nothing",
  "POST /oauth/authorize":
    "the password of a login whose tokens POST /oauth/token gives, which is recorded; a wrong one is too",
  "POST /git/{repository}/git-upload-pack": "reads",
  "POST /ionic/events/metrics": "is dropped unread",
  "PUT /uploads/{token}": "a build's own product, under its lease; the build tells of it",
};

/** What agents call, and where it is in the audit; or why it isn't. */
export const CALLS: Record<string, string> = {
  Enroll: "recorded: the host that joined",
  GetAccessToken: "for the key of an agent that is known, every some minutes; two machines with one key are recorded",
  GetCertificate: "the same, for the key that it joined with",
  RotateCredential: "recorded when the new key is used",
  OpenSession: "an agent that is known says what its host has",
  Sync: "an agent that is known says how it is",
  Watch: "reads",
  CloseSession: "an agent that is known ends",
  Accept: "begins the attempt that the build tells of, and gives no secret",
  GetMaterial: "recorded: the secret, the build, the attempt and the step",
  ReportEvents: "the build tells of them",
  Complete: "the build tells of it",
  Append: "the build's own log",
  GetOffset: "reads",
  Create: "the build's own file",
  Commit: "the build's own file",
};
