import { runTool } from "../machine/tool.ts";
import { plistBuddy } from "./tool.ts";

await runTool("PlistBuddy", plistBuddy);
