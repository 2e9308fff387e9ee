import { runTool } from "../machine/tool.ts";
import { mdfind } from "./tool.ts";

await runTool("mdfind", mdfind);
