import type { ProfileOptions } from "../managing/profiles.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, examples, type Invocation } from "./invocation.ts";

/** `millwright profiles …`. */
export function defineProfiles(program: CommandLine, invocation: Invocation): void {
  const group = program.command("profiles").description("security profiles, which sign apps: list, add, remove");
  const named = () => import("../managing/named-settings.ts");

  const list = asksController(group.command("list", { isDefault: true })).description("list the security profiles");
  list.action(() => invocation.act(list, async (session) => (await named()).listSettings(session, "profiles")));

  const add = asksController(group.command("add").argument("<name>", "how the profile is called from now on"))
    .description("add a security profile with an Android keystore; the controller keeps it encrypted")
    .requiredOption("--type <type>", "production or development")
    .requiredOption("--keystore <file>", "the keystore: JKS or PKCS12")
    .requiredOption("--store-password-file <file>", "file with the keystore's password; - for stdin")
    .requiredOption("--alias <alias>", "name of the key in the keystore")
    .option("--key-password-file <file>", "file with the key's password (default: the keystore's)")
    .option("--replace", "replace the profile of that name");
  add.action((name: string) =>
    invocation.act(add, async (session) => {
      const { addProfile } = await import("../managing/profiles.ts");
      return addProfile(session, add.fullName, name, add.opts<ProfileOptions>());
    }),
  );
  examples(
    add,
    [
      "millwright profiles add play --type production --keystore play.jks --alias upload --store-password-file p.txt",
      "",
    ],
    ["… --store-password-file -", "the password from stdin"],
  );

  const remove = asksController(group.command("remove").argument("<name>", "name of the profile"));
  remove.description("remove a security profile and its keys");
  remove.action((name: string) =>
    invocation.act(remove, async (session) => (await named()).removeSetting(session, "profiles", name)),
  );
}
