import { setPriority } from "node:os";
import { takeLock } from "../../base/processes/ticket-lock.ts";
import { clean, cleaningLock } from "./clean.ts";
import type { CleanSettings } from "./find/find-all.ts";

// One cleaning, in a process of its own that everything else goes before. It may be killed at any point. Settings come as
// JSON on stdin; the report goes to stdout.
try {
  setPriority(10); // still something, on a host that builds at full load while its disk fills
} catch {
  // Not allowed: then it runs as all others do.
}
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const settings = JSON.parse(Buffer.concat(chunks).toString()) as CleanSettings;
const release = await takeLock(cleaningLock(settings.workFolder), AbortSignal.timeout(1_000)).catch(() => undefined);
if (release) {
  try {
    process.stdout.write(JSON.stringify(await clean(settings, { dryRun: false })));
  } finally {
    release();
  }
} // else an operator cleans at this moment, which is as good
