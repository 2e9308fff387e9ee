import { PAGE_HEADER } from "../../src/protocol/page-api.ts";

export interface PageAnswer {
  status: number;
  /** Of a refusal; empty without one. */
  code: string;
  text: string;
  headers: Headers;
}

/** Asks as a browser with the web page does: keeps the cookie, and sends the page's header unless it is told otherwise. */
export class PageBrowser {
  cookie: string | undefined;
  /** All attributes of the cookie that was set last. */
  setCookie = "";
  private readonly url: string;

  constructor({ httpUrl }: { httpUrl: string }) {
    this.url = httpUrl;
  }

  signIn(login: object, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return this.ask("POST", "/page/session", { body: login, headers });
  }

  /** Below /api/v1. */
  api(method: string, path: string, body?: object): Promise<PageAnswer> {
    return this.ask(method, `/api/v1${path}`, body ? { body } : {});
  }

  /** `page: false` leaves the page's header away, as a link or another site would. */
  async ask(
    method: string,
    path: string,
    { body, headers = {}, page = true }: { body?: object; headers?: Record<string, string>; page?: boolean } = {},
  ): Promise<PageAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...(page ? { [PAGE_HEADER]: "1" } : {}),
        ...(body ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    this.keep(response.headers.getSetCookie());
    const text = await response.text();
    const code = /"error":\{"code":"(\w+)"/.exec(text)?.[1] ?? "";
    return { status: response.status, code, text, headers: response.headers };
  }

  private keep([set]: string[]): void {
    if (set === undefined) return;
    this.setCookie = set;
    this.cookie = /max-age=0/i.test(set) ? undefined : set.split(";")[0];
  }
}
