import { expect, test } from "vitest";
import { gitFailure, isRefusedCommit } from "../../../src/build/checkout/git-failure.ts";

const codeOf = (said: string) => gitFailure(said, "https://example.com/a.git", "shop", true).code;

test("What git, its servers and ssh say is told apart", () => {
  expect(codeOf("fatal: Authentication failed for 'https://example.com/a.git/'")).toBe("REPOSITORY_CREDENTIALS");
  expect(codeOf("git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.")).toBe(
    "REPOSITORY_CREDENTIALS",
  );
  expect(codeOf("error: The requested URL returned error: 403")).toBe("REPOSITORY_CREDENTIALS");
  expect(codeOf("remote: Repository not found.\nfatal: repository 'https://example.com/a.git/' not found")).toBe(
    "REPOSITORY_NOT_FOUND",
  );
  expect(codeOf("fatal: '/x' does not appear to be a git repository")).toBe("REPOSITORY_NOT_FOUND");
  expect(codeOf("fatal: unable to access 'x': Could not resolve host: example.com")).toBe("REPOSITORY_UNREACHABLE");
  expect(codeOf("ssh: connect to host example.com port 22: Connection refused")).toBe("REPOSITORY_UNREACHABLE");
  expect(codeOf("fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF")).toBe(
    "REPOSITORY_STALLED",
  );
  expect(codeOf("error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502")).toBe(
    "REPOSITORY_STALLED",
  );
  expect(isRefusedCommit("fatal: remote error: upload-pack: not our ref 0123")).toBe(true);
  expect(isRefusedCommit("error: Server does not allow request for unadvertised object 0123")).toBe(true);
  expect(isRefusedCommit("fatal: early EOF")).toBe(false);
});
