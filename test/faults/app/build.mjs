// The build script of the app that the fault suite builds. plan.json of the commit says what to print, to make and to do.
// Everything is computed from the seed, so that whoever knows the plan knows each byte of log and product.
import { spawn } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, writeSync } from "node:fs";

const plan = JSON.parse(readFileSync("plan.json", "utf8"));
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function bytes(name, count) {
  const key = createHash("sha256").update(`${plan.seed} ${name}`).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(count));
}

/** Blocking, so that nothing that was printed can be lost at exit. */
function print(data) {
  for (let at = 0; at < data.length; ) {
    try {
      at += writeSync(1, data, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function logBytes() {
  const lines = [Buffer.from(`BEGIN ${plan.seed}\n`)];
  for (let number = 0, length = 0; length < plan.logBytes; number += 1) {
    const raw = bytes(`line ${number}`, plan.lineBytes / 2);
    const text = Buffer.from(
      plan.binary ? raw.toString("latin1").replaceAll("\n", " ") : raw.toString("hex"),
      "latin1",
    );
    const line = Buffer.concat([Buffer.from(`${String(number).padStart(8, "0")} `), text, Buffer.from("\n")]);
    lines.push(line);
    length += line.length;
  }
  lines.push(Buffer.from(`END ${plan.seed}\n`));
  return Buffer.concat(lines);
}

/** A child that goes on when this script has ended: in a session of its own, or holding stdout. */
function leave(stdio, detached) {
  const code = "process.on('SIGTERM', () => {}); setTimeout(() => {}, 120000)";
  spawn(process.execPath, ["-e", code], { stdio, detached }).unref();
}

function parentOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}

/** The supervisor: the first process above this one that doesn't carry the job's mark. */
function supervisor() {
  let pid = process.pid;
  while (readFileSync(`/proc/${pid}/environ`, "utf8").includes("MILLWRIGHT_LEASE=")) pid = parentOf(pid);
  return pid;
}

/** That this build ran, told past everything that carries its log. */
function tell(word) {
  if (!plan.ledger) return;
  const line = `${word} ${process.env.MILLWRIGHT_LEASE} ${Date.now()}\n`;
  appendFileSync(`${plan.ledger}/${plan.seed}`, line);
}

tell("begin");
if (plan.behaviour === "ignores-term") process.on("SIGTERM", () => {});
if (plan.behaviour === "setsid-child") leave("ignore", true);
if (plan.behaviour === "holds-stdout") leave(["ignore", 1, 2], false);

const log = logBytes();
const pieces = Math.max(1, Math.round(plan.ms / 50));
for (let piece = 0; piece < pieces; piece += 1) {
  const from = Math.floor((log.length * piece) / pieces);
  print(log.subarray(from, Math.floor((log.length * (piece + 1)) / pieces)));
  await rest(plan.ms / pieces);
}
if (plan.behaviour === "silent") await rest(600_000);
if (plan.behaviour === "ignores-term") await rest(600_000);
if (plan.behaviour === "kills-supervisor") process.kill(supervisor(), "SIGKILL");
if (plan.behaviour === "kills-group") process.kill(0, "SIGKILL");
if (plan.behaviour === "fails") {
  tell("end");
  process.exit(3);
}

mkdirSync("www", { recursive: true });
writeFileSync("www/index.html", `<p>${plan.seed}</p>\n`);
for (const [number, size] of plan.files.entries()) writeFileSync(`www/${number}.bin`, bytes(`file ${number}`, size));
if (plan.behaviour === "links") symlinkSync("/etc/passwd", "www/link");
tell("end");
