import { runTool } from "../machine/tool.ts";
import { launchctl } from "./tool.ts";

await runTool("launchctl", launchctl);
