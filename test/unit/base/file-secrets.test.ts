import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { secretsInFile } from "../../../src/base/redaction/file-secrets.ts";
import { Redactor } from "../../../src/base/redaction/redactor.ts";

const { privateKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const secrets = (text: string) => secretsInFile(Buffer.from(text));

test("of google-services.json the keys are masked, names and addresses are not", () => {
  const file = {
    project_info: {
      project_number: "123456789012",
      firebase_url: "https://shop.firebase.example",
      project_id: "example-shop-3f2a1",
      storage_bucket: "example-shop-3f2a1.appspot.example",
    },
    client: [
      {
        client_info: { android_client_info: { package_name: "com.example.shop.android" } },
        oauth_client: [{ client_id: "someone@shop.example", client_type: 3 }],
        api_key: [{ current_key: "AIzaSyD-abc123DEF456ghi789JKL012mno345p" }],
      },
    ],
    configuration_version: "1",
    debug: "true",
  };
  expect(secrets(JSON.stringify(file, null, 2))).toEqual(["AIzaSyD-abc123DEF456ghi789JKL012mno345p"]);
});

test("of a service account the key and its number are masked", () => {
  const file = {
    type: "service_account",
    project_id: "example-shop",
    private_key_id: "9f8e7d6c5b4a39281706f5e4d3c2b1a098765432",
    private_key: privateKey,
    client_email: "builder@example-shop.iam.example.com",
    auth_uri: "https://accounts.example/o/oauth2/auth",
    client_secret: "hunter22",
  };
  const found = secrets(JSON.stringify(file));
  expect(found).toHaveLength(3);
  expect(found).toContain("9f8e7d6c5b4a39281706f5e4d3c2b1a098765432");
  expect(found).toContain("hunter22");
  const redactor = new Redactor();
  redactor.add(found);
  for (const line of privateKey.split("\n").slice(1, -2)) expect(redactor.text(`key ${line} end`)).toBe("key *** end");
  const log = "service_account example-shop https://accounts.example/o/oauth2/auth com.example.shop";
  expect(redactor.text(log)).toBe(log);
});

test("of a .p8 key every line of the body is masked", () => {
  const redactor = new Redactor();
  redactor.add(secrets(privateKey));
  const [, first = "", second = ""] = privateKey.split("\n");
  expect(redactor.text(`a ${first} b ${second} c`)).toBe("a *** b *** c");
});

test("of lines with keys the values are masked that are secret by name or look", () => {
  const npmrc =
    "registry=https://registry.example/\n//registry.example/:_authToken=abcd1234-ef56-7890-abcd-ef1234567890\n; a comment\nfund=false\nalways-auth=true\n";
  expect(secrets(npmrc)).toEqual(["abcd1234-ef56-7890-abcd-ef1234567890"]);
  const properties =
    "storeFile=release.keystore\nstorePassword='correct horse'\nkeyAlias=upload\nkeyPassword: tr0ub4dor\nDEBUG=true\n";
  expect(secrets(properties)).toEqual(["correct horse", "tr0ub4dor"]);
  expect(secrets("machine git.example login builder password s3cr3t-word")).toContain("s3cr3t-word");
});

test("a password alone in its file is masked, also when it is made of words", () => {
  expect(secrets("correct-horse-battery\n")).toEqual(["correct-horse-battery"]);
  expect(secrets("com.example.shop\n")).toEqual([]);
  expect(secrets("true\n")).toEqual([]);
});

test("of a property list the texts that look secret are masked", () => {
  const plist = `<?xml version="1.0"?><plist><dict><key>API_KEY</key><string>AIzaSyD-abc123DEF456ghi789JKL012mno345p</string>
    <key>BUNDLE_ID</key><string>com.example.shop</string><key>PASSWORD</key><string>hunter22</string></dict></plist>`;
  expect(new Set(secrets(plist))).toEqual(new Set(["AIzaSyD-abc123DEF456ghi789JKL012mno345p", "hunter22"]));
});

test("a binary file is masked by pieces of its base64, and the count is bounded", () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919 + (index >> 7)) % 256));
  const found = secretsInFile(bytes);
  expect(found.length).toBeLessThanOrEqual(200);
  const redactor = new Redactor();
  redactor.add(found);
  expect(redactor.text(bytes.subarray(0, 3000).toString("base64"))).toMatch(/^\*\*\*[A-Za-z0-9+/]{0,95}$/);
  const many = Array.from({ length: 1000 }, (_, index) => `TOKEN_${index}_TOKEN=abc${index}DEF${index * 7}ghi${index}`);
  expect(secrets(many.join("\n")).length).toBe(200);
});
