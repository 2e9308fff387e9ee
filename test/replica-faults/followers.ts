import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import type { Ground } from "./ground.ts";

/** Somebody who follows one build. */
export interface Follower {
  what: string;
  /** Resolves when it has come to its end by itself. */
  ended: Promise<void>;
  /** The bytes of the log that it has, of a CLI with lines for people around them. */
  got(): Buffer;
  /** Undefined: it is no process. */
  exitCode(): number | null | undefined;
  said(): string;
  /** How often it had to begin again, where it tells. */
  again(): number;
  stop(): void;
}

/** A CLI as its own process, which knows the balancer only. */
export class CliFollower implements Follower {
  readonly what: string;
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly files: [string, string];

  constructor(ground: Ground, name: string, words: readonly string[]) {
    const { folder, cli } = ground.options;
    this.what = `millwright ${words.slice(0, 2).join(" ")}`;
    this.files = [join(folder, `${name}.stdout`), join(folder, `${name}.stderr`)];
    const [out, err] = this.files.map((file) => openSync(file, "w")) as [number, number];
    const env = {
      ...process.env,
      MILLWRIGHT_URL: ground.url,
      MILLWRIGHT_TOKEN: ground.adminToken,
      NODE_EXTRA_CA_CERTS: ground.caFile,
    };
    this.child = spawn(process.execPath, [cli, ...words], { cwd: folder, env, stdio: ["ignore", out, err] });
    this.ended = new Promise((resolve) => this.child.once("exit", () => resolve()));
    closeSync(out);
    closeSync(err);
  }

  got(): Buffer {
    return readFileSync(this.files[0]);
  }

  exitCode(): number | null {
    return this.child.exitCode;
  }

  said(): string {
    return readFileSync(this.files[1], "utf8");
  }

  again(): number {
    return this.said().split("Trying again.").length - 1;
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }
}

/** A program that follows a log by HTTP: it counts the bytes that it has, and goes on from there. */
export class HttpFollower implements Follower {
  readonly what = "GET /log?follow=1";
  readonly ended: Promise<void>;
  private readonly pieces: Buffer[] = [];
  private readonly stopped = new AbortController();
  private length = 0;
  private connections = 0;
  private readonly ground: Ground;
  private readonly id: number;

  constructor(ground: Ground, id: number) {
    this.ground = ground;
    this.id = id;
    this.ended = this.follow();
  }

  got(): Buffer {
    return Buffer.concat(this.pieces);
  }

  exitCode(): undefined {
    return undefined;
  }

  said(): string {
    return `${this.connections} connections`;
  }

  again(): number {
    return this.connections - 1;
  }

  stop(): void {
    this.stopped.abort();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      this.connections += 1;
      const whole = await this.readOnce().catch(() => false); // the connection broke: the next one goes on
      if (whole && (await this.hasEnded())) return;
      if (!signal.aborted) await rest(200);
    }
  }

  private async readOnce(): Promise<boolean> {
    const path = `/builds/${this.id}/log?follow=1&from=${this.length}`;
    const response = await this.ground.api.open("GET", path, this.stopped.signal);
    if (response.statusCode !== 200) {
      response.resume();
      return false;
    }
    for await (const piece of response as AsyncIterable<Buffer>) {
      this.pieces.push(piece);
      this.length += piece.length;
    }
    return true;
  }

  /** A controller that stops also ends its answers. */
  private async hasEnded(): Promise<boolean> {
    const build = await this.ground.api.get<{ finishedAt?: string; logLength: number }>(`/builds/${this.id}`);
    return build.finishedAt !== undefined && this.length >= build.logLength;
  }
}
