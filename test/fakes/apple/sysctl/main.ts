import { runTool } from "../machine/tool.ts";
import { sysctl } from "./tool.ts";

await runTool("sysctl", sysctl);
