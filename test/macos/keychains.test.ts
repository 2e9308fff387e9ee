import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { newSecret } from "../../src/base/ids.ts";
import { trySigning } from "../../src/build/doctor/signing-trial.ts";
import { throwawayIdentity } from "../../src/build/doctor/throwaway-identity.ts";
import { userKeychains } from "../../src/build/doctor/user-keychains.ts";
import { importP12, type JobKeychain, makeKeychain } from "../../src/build/signing/ios/keychain.ts";
import { writePkcs12 } from "../../src/credentials/pkcs12/write-pkcs12.ts";
import { parseSearchList } from "../../src/protocol/apple-host/search-list.ts";
import { type MacHost, macTest } from "./mac-test.ts";

const signal = AbortSignal.timeout(600_000);

/** Makes a keychain as builds do, and removes it when the test is over. */
async function withKeychain(host: MacHost, use: (keychain: JobKeychain) => Promise<void>): Promise<void> {
  const keychain = { file: join(host.folder, "of-a-test.keychain-db"), password: newSecret() };
  try {
    await makeKeychain(host, keychain, signal);
    await use(keychain);
  } finally {
    await host.tool("security", ["delete-keychain", keychain.file]);
  }
}

function newIdentity(host: MacHost) {
  const identity = throwawayIdentity("Millwright test", Date.now());
  const { commonName: name, certificate, pkcs8 } = identity;
  const password = newSecret();
  const file = join(host.folder, "test.p12");
  writeFileSync(file, writePkcs12({ identities: [{ name, certificate, pkcs8 }], others: [] }, password), {
    mode: 0o600,
  });
  return { ...identity, file, password };
}

macTest("A job's signing works from the keychain to the signature, and all is as before", async (host) => {
  const before = await userKeychains(host, "");
  await trySigning({ home: host.home, folder: host.folder, environment: host.environment, patienceMs: 60_000 }, signal);
  expect(await userKeychains(host, "")).toEqual(before);
});

macTest(
  "A keychain that was made locks itself after 300 s and on sleep, and never with the settings of builds",
  async (host) => {
    const file = join(host.folder, "plain.keychain-db");
    await host.tool("security", ["create-keychain", "-p", "of a test", file]);
    const fresh = await host.tool("security", ["show-keychain-info", file]);
    await host.tell(fresh.stderr.trim());
    await host.tool("security", ["delete-keychain", file]);
    expect(fresh.stderr).toMatch(/lock-on-sleep.*timeout=300s/);
    await withKeychain(host, async (keychain) => {
      const { stderr } = await host.tool("security", ["show-keychain-info", keychain.file]);
      expect(stderr).toContain("no-timeout");
      expect(stderr).not.toContain("lock-on-sleep");
    });
  },
);

macTest("A new keychain is neither on the search list nor the default one", async (host) => {
  const before = await userKeychains(host, "");
  await withKeychain(host, async ({ file }) => {
    expect(await userKeychains(host, file)).toEqual(before);
  });
});

macTest("The search list belongs to $HOME, so that builds have to give the user's own", async (host) => {
  const elsewhere = { HOME: host.folder };
  const own = parseSearchList((await host.tool("security", ["list-keychains", "-d", "user"])).stdout);
  try {
    await host.tool(
      "security",
      ["list-keychains", "-d", "user", "-s", join(host.folder, "other.keychain-db")],
      elsewhere,
    );
    const now = parseSearchList((await host.tool("security", ["list-keychains", "-d", "user"])).stdout);
    const follows = now.join() === own.join();
    await host.tell(`security ${follows ? "follows" : "doesn't follow"} $HOME`);
    if (!host.fake) expect(follows).toBe(true);
  } finally {
    await host.tool("security", ["list-keychains", "-d", "user", "-s", ...own]);
  }
});

macTest("A p12 as builds write it is imported, and codesign may use its key", async (host) => {
  await withKeychain(host, async (keychain) => {
    const identity = newIdentity(host);
    await importP12(host, keychain, identity, signal);
    const { stdout } = await host.tool("security", ["find-identity", "-p", "codesigning", keychain.file]);
    expect(stdout).toContain(identity.sha1.toUpperCase());
    const valid = await host.tool("security", ["find-identity", "-v", "-p", "codesigning", keychain.file]);
    await host.tell(valid.stdout.trim()); // a certificate that signed itself is listed, and not called valid
    expect(valid.stdout).toContain("0 valid identities found");
    expect(valid.code).toBe(0);
  });
});

macTest("A wrong password of a p12 is told in one of the two ways that are known", async (host) => {
  await withKeychain(host, async ({ file: keychain }) => {
    const { file } = newIdentity(host);
    const known = /MAC verification failed during PKCS12 import|The user name or passphrase you entered is not correct/;
    for (const format of [[], ["-f", "pkcs12"]]) {
      const { code, stderr } = await host.tool("security", ["import", file, "-k", keychain, "-P", "wrong", ...format]);
      await host.tell(`${format.join(" ")}: ${stderr.trim()}`);
      expect([code, stderr]).toEqual([1, expect.stringMatching(known)]);
    }
  });
});

macTest(
  "A p12 as OpenSSL 3 writes it is imported from macOS 15 on, and before is called a wrong password",
  async (host) => {
    const version = (await host.tool("sw_vers", ["-productVersion"])).stdout.trim();
    const openssl = (await host.tool("openssl", ["version"])).stdout.trim();
    if (!openssl.startsWith("OpenSSL 3")) host.skip(`${openssl} writes older ones`);
    const { pkcs8, certificate } = newIdentity(host);
    writeFileSync(join(host.folder, "key.der"), pkcs8, { mode: 0o600 });
    writeFileSync(join(host.folder, "certificate.der"), certificate);
    await host.tool("openssl", ["pkey", "-inform", "der", "-in", "key.der", "-out", "key.pem"]);
    await host.tool("openssl", ["x509", "-inform", "der", "-in", "certificate.der", "-out", "certificate.pem"]);
    const made = ["-inkey", "key.pem", "-in", "certificate.pem", "-out", "modern.p12", "-passout", "pass:of a test"];
    expect((await host.tool("openssl", ["pkcs12", "-export", ...made])).code).toBe(0);
    await withKeychain(host, async ({ file }) => {
      const { code, stderr } = await host.tool("security", ["import", "modern.p12", "-k", file, "-P", "of a test"]);
      await host.tell(`macOS ${version}: exit code ${code} ${stderr.trim()}`);
      expect(code).toBe(Number.parseInt(version, 10) >= 15 ? 0 : 1);
    });
  },
  { tools: ["openssl"] },
);

macTest("A provisioning profile that is none ends with exit code 1", async (host) => {
  writeFileSync(join(host.folder, "none.mobileprovision"), "no CMS at all");
  const { code, stderr } = await host.tool("security", ["cms", "-D", "-i", "none.mobileprovision"]);
  await host.tell(stderr.trim());
  expect([code, stderr]).toEqual([1, expect.stringMatching(/decod/)]);
});
