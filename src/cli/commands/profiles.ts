import { PROFILE_TYPES } from "../../protocol/build-types.ts";
import type { ProfileOptions } from "../managing/profile-request.ts";
import type { CommandLine } from "./command-line.ts";
import { asksController, collected, examples, type Invocation } from "./invocation.ts";

/** `millwright profiles …`. */
export function defineProfiles(program: CommandLine, invocation: Invocation): void {
  const group = program.command("profiles").description("security profiles, which sign apps: list, add, check, remove");
  const actions = () => import("../managing/profiles.ts");

  const list = asksController(group.command("list", { isDefault: true }));
  list.description("list the security profiles: what they sign, and when their certificates expire");
  examples(list, ["millwright profiles", ""]);
  list.action(() => invocation.act(list, async (session) => (await actions()).listProfiles(session)));

  const add = materialOptions(group.command("add").argument("<name>", "how the profile is called from now on"))
    .description("add a security profile: it is looked into first, and the controller keeps it encrypted")
    .option("--replace", "replace the profile of that name");
  add.action((name: string) =>
    invocation.act(add, async (session) =>
      (await actions()).addProfile(session, add.fullName, name, add.opts<ProfileOptions>()),
    ),
  );
  examples(
    add,
    [
      "millwright profiles add play --type production --keystore play.jks --alias upload --store-password-file p.txt",
      "",
    ],
    ["millwright profiles add store --type production --p12 dist.p12 --provisioning-profile shop.mobileprovision", ""],
    ["… --store-password-file -", "the password from stdin"],
  );

  const check = materialOptions(group.command("check")).description(
    "look into the files of a profile as add does, and say what is wrong; nothing is stored",
  );
  check.action(() =>
    invocation.act(check, async (session) =>
      (await actions()).checkProfile(session, check.fullName, check.opts<ProfileOptions>()),
    ),
  );
  examples(check, [
    "millwright profiles check --type production --keystore play.jks --alias upload --store-password-file p.txt",
    "",
  ]);

  const remove = asksController(group.command("remove").argument("<name>", "name of the profile"));
  remove.description("remove a security profile and its keys");
  examples(remove, ["millwright profiles remove play", ""]);
  remove.action((name: string) =>
    invocation.act(remove, async (session) => {
      const { removeSetting } = await import("../managing/named-settings.ts");
      return removeSetting(session, "profiles", name);
    }),
  );
}

/** What a profile is made of: one platform, or both. */
function materialOptions(command: CommandLine): CommandLine {
  command
    .requiredOption("--type <type>", "production (release, ad-hoc, app-store, enterprise) or development")
    .option("--keystore <file>", "android: the keystore, JKS or PKCS12")
    .option("--store-password-file <file>", "android: file with the keystore's password; - for stdin")
    .option("--alias <alias>", "android: name of the key in the keystore")
    .option("--key-password-file <file>", "android: file with the key's password (default: the keystore's)")
    .option("--p12 <file>", "ios: certificate and private key, as Keychain Access exports them")
    .option("--p12-password-file <file>", "ios: file with its password (default: an empty password)")
    .option(
      "--provisioning-profile <file>",
      "ios: the app's own first, then those of its extensions; again and again",
      collected,
      [],
    );
  command.choices.set("--type", PROFILE_TYPES);
  return asksController(command);
}
