import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright keys …`. */
export function defineKeys(program: CommandLine, invocation: Invocation): void {
  const group = program.command("keys").description("the key that encrypts secrets in the controller's store: rotate");
  const rotate = asksController(group.command("rotate")).description(
    "encrypt all secrets with a new key now; the controller also does it by itself when the key is 90 days old",
  );
  rotate.action(() =>
    invocation.act(rotate, async (session) => {
      const { rotateKey } = await import("../managing/keys.ts");
      return rotateKey(session);
    }),
  );
  examples(rotate, ["millwright keys rotate", "after someone left who could read the key file"]);
}
