import { runTool } from "../machine/tool.ts";
import { xcodeSelect } from "./tool.ts";

await runTool("xcode-select", xcodeSelect);
