import type { Answers, Operation } from "./document.ts";
import type { Ground } from "./ground.ts";
import type { Planned } from "./plan.ts";
import type { Answer } from "./send.ts";

/** Looks at one answer. What it finds wrong is in words; undefined when nothing is. */
export class Oracle {
  private readonly ground: Ground;
  private readonly answers: Answers;

  constructor(ground: Ground, answers: Answers) {
    this.ground = ground;
    this.answers = answers;
  }

  faultOf(planned: Planned, answer: Answer | string): string | undefined {
    if (typeof answer === "string") return brokeOffRightly(planned, answer) ? undefined : answer;
    if (answer.status >= 500) return `status ${answer.status}`;
    return this.leak(planned, answer) ?? this.undocumented(planned, answer);
  }

  /** A word of the other account that the request itself didn't say. */
  private leak(planned: Planned, answer: Answer): string | undefined {
    if (planned.sender === "operator") return undefined;
    const seen = `${JSON.stringify(answer.headers)}\n${answer.text}`.toLowerCase();
    const found = this.ground.markers.filter((marker) => seen.includes(marker));
    if (found.length === 0) return undefined;
    const said = saidBy(planned);
    const leaked = found.find((marker) => !said.includes(marker));
    return leaked === undefined ? undefined : `it tells ${leaked} of the other account`;
  }

  private undocumented(planned: Planned, answer: Answer): string | undefined {
    if (planned.method === "HEAD" || answer.cut) return undefined;
    const isGood = answer.status < 400;
    if (!planned.straight) return isGood ? undefined : this.refusalFault(planned, answer);
    const { answers } = planned.operation;
    const known = answers[answer.status] ?? (isGood ? undefined : answers["4XX"]);
    if (!known) return `status ${answer.status} is not in the document`;
    const type = typeOf(answer);
    if (Object.keys(known).length === 0) return answer.text === "" ? undefined : "it has a body";
    // git itself names no type for a few words of refusal.
    const content = known[type === "" && planned.operation.security === "git" ? "text/plain" : type];
    if (!content) return `content type ${type} is not in the document`;
    if (type !== "application/json") return undefined;
    return this.bodyFault(content.schema, answer);
  }

  /** Of what isn't straight it isn't known which route it reaches: the refusal must be one of those that there are. */
  private refusalFault(planned: Planned, answer: Answer): string | undefined {
    const type = typeOf(answer);
    if (type !== "application/json")
      return ["text/html", "text/plain"].includes(type) ? undefined : `a refusal as ${type}`;
    const shapes = ["Refusal", "IonicRefusal", "OAuthRefusal"].map((name) => ({
      $ref: `#/components/schemas/${name}`,
    }));
    const faults = shapes.map((schema) => this.bodyFault(schema, answer));
    return faults.includes(undefined) ? undefined : `${planned.method}: ${faults[0]}`;
  }

  private bodyFault(schema: Operation["answers"][string][string]["schema"], answer: Answer): string | undefined {
    try {
      const fault = this.answers.faultOf(schema, JSON.parse(answer.text));
      return fault === undefined ? undefined : `it isn't as the document says: ${fault}`;
    } catch (error) {
      return `it can't be read: ${(error as Error).message}`;
    }
  }
}

/** A body that is larger than is read may close the connection before the answer is there. */
function brokeOffRightly({ body }: Planned, why: string): boolean {
  return (body?.length ?? 0) > 2 ** 16 && /EPIPE|ECONNRESET|socket hang up/.test(why);
}

function typeOf({ headers }: Answer): string {
  return `${headers["content-type"] ?? ""}`.split(";")[0] ?? "";
}

/** All that the request says, also what stands in it encoded. The token that it shows is its own. */
function saidBy({ path, headers, body }: Planned): string {
  const raw = `${path}\n${JSON.stringify(headers)}\n${body?.toString() ?? ""}`;
  return `${raw}\n${raw.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))}`.toLowerCase();
}
