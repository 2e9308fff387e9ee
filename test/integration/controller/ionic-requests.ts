import type { TestController } from "../../support/controller.ts";

/** What the newest CLI that knows package builds says of itself. */
export const NEW_CLI = "node/superagent/Ionic CLI 6.20.9";
/** All CLIs before 6.8. */
export const OLD_CLI = "node-superagent/4.1.0";

export interface Answer {
  status: number;
  type: string;
  headers: Headers;
  body: {
    // biome-ignore lint/suspicious/noExplicitAny: the tests say what is in it
    data: any;
    error: { message: string; type: string; link: string | null };
    meta: { status: number; version: string; request_id: string; total?: number };
  };
}

export interface Asking {
  token?: string | null;
  userAgent?: string;
  headers?: Record<string, string>;
  /** Sent as it is. */
  text?: string;
}

/** One request as an Ionic CLI makes it. */
export async function ionic(
  controller: Pick<TestController, "httpUrl" | "adminToken">,
  method: string,
  path: string,
  body?: unknown,
  { token = controller.adminToken, userAgent = NEW_CLI, headers = {}, text }: Asking = {},
): Promise<Answer> {
  const json = { "content-type": "application/json", accept: "application/json", "user-agent": userAgent };
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${controller.httpUrl}/ionic${path}`, {
    method,
    headers: { ...json, ...authorization, ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const answer = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    headers: response.headers,
    body: (answer === "" ? undefined : JSON.parse(answer)) as Answer["body"],
  };
}
