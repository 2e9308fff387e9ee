import { runTool } from "../machine/tool.ts";
import { swVers } from "./tool.ts";

await runTool("sw_vers", swVers);
