import { runTool } from "../machine/tool.ts";
import { ioreg } from "./tool.ts";

await runTool("ioreg", ioreg);
