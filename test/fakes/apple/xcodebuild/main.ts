import { runTool } from "../machine/tool.ts";
import { xcodebuild } from "./tool.ts";

await runTool("xcodebuild", xcodebuild);
