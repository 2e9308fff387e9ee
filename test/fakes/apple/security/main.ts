import { runTool } from "../machine/tool.ts";
import { security } from "./tool.ts";

await runTool("security", security);
