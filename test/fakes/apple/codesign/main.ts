import { runTool } from "../machine/tool.ts";
import { codesign } from "./tool.ts";

await runTool("codesign", codesign);
