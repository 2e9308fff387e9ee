import type { Random } from "../model/random.ts";
import { oneOf } from "../secrets/random-secrets.ts";

const ODD_HEADERS: readonly Record<string, string>[] = [
  { range: "bytes=0-0" },
  { range: "bytes=5-2" },
  { range: "bytes=-1" },
  { range: "bytes=99999999999999999999-" },
  { range: "bytes=0-1,3-4" },
  { accept: "image/png" },
  { "accept-encoding": "gzip;q=0, br" },
  { "accept-encoding": "gzip" },
  { "content-type": "text/plain" },
  { "content-type": "application/xml" },
  { "content-type": "" },
  { "content-type": "application/json; charset=utf-16" },
  { "content-type": "multipart/form-data; boundary=x" },
  { "content-encoding": "gzip" },
  { "x-forwarded-for": "not an address, ::1, 1.2.3.4" },
  { "x-forwarded-for": "a".repeat(2000) },
  { "x-http-method-override": "DELETE" },
  { authorization: "Bearer" },
  { authorization: "Basic !!!" },
  { authorization: `Bearer ${"x".repeat(4000)}` },
  { authorization: "Basic OjpbXQ==" },
  { cookie: "millwright_login=__proto__; millwright_login=b" },
  { "if-none-match": "*" },
  { "user-agent": "ionic/5.4.16 \u00ff".slice(0, 12) },
  { "x-github-event": "push", "x-hub-signature-256": "sha256=00" },
  { "x-gitlab-event": "Push Hook", "x-gitlab-token": "x" },
  { "x-event-key": "repo:push", "x-hub-signature": "sha256=zz" },
  { "x-gitea-event": "push", "x-gitea-signature": "0" },
  { "x-github-event": "ping" },
];

export function oddHeaders(random: Random): Record<string, string> {
  return oneOf(random, ODD_HEADERS);
}
