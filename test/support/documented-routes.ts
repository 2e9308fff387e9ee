import { readdirSync, readFileSync } from "node:fs";

export interface Route {
  method: string;
  path: string;
}

/** The routes below /api/v1 that the comments on top of src/protocol/*api.ts list. */
export function documentedRoutes(): Route[] {
  const files = readdirSync("src/protocol").filter((name) => name.endsWith("api.ts") && name !== "ionic-api.ts");
  return files.flatMap((name) => {
    const [above = ""] = readFileSync(`src/protocol/${name}`, "utf8").split(/^ \* Not below \/api\/v1|^ \*\/$/m);
    const lines = [...above.matchAll(/^ \* {3}(GET|POST|PUT|PATCH|DELETE) +(\/[^\s,]*(?:, \/[^\s,]+)*)/gm)];
    return lines.flatMap(([, method = "", paths = ""]) => paths.split(", ").map((path) => ({ method, path })));
  });
}
