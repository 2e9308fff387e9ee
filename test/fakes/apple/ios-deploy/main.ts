import { runTool } from "../machine/tool.ts";
import { iosDeploy } from "./tool.ts";

await runTool("ios-deploy", iosDeploy);
