import type { ApiOf, TestController } from "../../support/controller.ts";
import { PASSWORD, person } from "../../support/people.ts";
import { ScriptedAgent } from "../../support/scripted-agent.ts";

export const SECRET = "s3cret-that-nobody-sees";
export const NEW_PASSWORD = "another horse battery";
export const ANNA = "anna@example.com";

/** A controller on which everything is done once; what one act made is there for the next. */
export class World {
  readonly secrets = [SECRET, PASSWORD, NEW_PASSWORD];
  readonly made: Record<string, string> = {};
  readonly controller: TestController;
  readonly agent: ScriptedAgent;
  /** As anna, a developer. */
  anna: ApiOf;

  private constructor(controller: TestController, agent: ScriptedAgent, anna: ApiOf) {
    this.controller = controller;
    this.agent = agent;
    this.anna = anna;
  }

  static async on(controller: TestController): Promise<World> {
    const agent = new ScriptedAgent(controller);
    await agent.open("tux");
    const anna = await person(controller, ANNA, { default: "admin" });
    return new World(controller, agent, anna.api);
  }

  /** As the operator. Throws what was refused. */
  async api<T = Record<string, string>>(method: string, path: string, body?: unknown, as = this.controller.api) {
    const answer = await as(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  /** A request outside of the API. Throws what was refused. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const isForm = body instanceof URLSearchParams || typeof body === "string" || body === undefined;
    const response = await fetch(`${this.controller.httpUrl}${path}`, {
      method,
      redirect: "manual",
      headers: { ...(isForm ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: isForm ? (body as string) : JSON.stringify(body) }),
    });
    if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  ionic(path: string, body?: unknown): Promise<Response> {
    return this.send("POST", `/ionic${path}`, body, { authorization: `Bearer ${this.controller.adminToken}` });
  }
}

/** Does something, and keeps what the answer has in a field of it. */
export async function keep(
  world: World,
  name: string,
  asked: Promise<Record<string, string>>,
  field = "id",
): Promise<string> {
  const value = `${(await asked)[field]}`;
  world.made[name] = value;
  return value;
}
