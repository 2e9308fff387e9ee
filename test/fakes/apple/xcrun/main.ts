import { runTool } from "../machine/tool.ts";
import { xcrun } from "./tool.ts";

await runTool("xcrun", xcrun);
