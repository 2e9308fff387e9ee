import { runTool } from "../machine/tool.ts";
import { pod } from "./tool.ts";

await runTool("pod", pod);
