import { runTool } from "../machine/tool.ts";
import { plutil } from "./tool.ts";

await runTool("plutil", plutil);
