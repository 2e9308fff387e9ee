import { runTool } from "../machine/tool.ts";
import { defaults } from "./tool.ts";

await runTool("defaults", defaults);
