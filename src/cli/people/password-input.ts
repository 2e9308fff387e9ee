import { SecretInput } from "../managing/secret-input.ts";
import type { Session } from "../session.ts";
import { usageError } from "../usage.ts";

export interface PasswordOptions {
  passwordStdin?: boolean;
}

/** The password of a login: from stdin, else a person is asked. Throws USAGE where neither is possible. */
export async function readPassword(session: Session, command: string, options: PasswordOptions): Promise<string> {
  if (options.passwordStdin) return new SecretInput(session).text("--password-stdin", "-");
  if (session.prompt) return session.prompt.hidden("Password");
  throw usageError(command, "There is nobody to ask for the password here: give it with --password-stdin.");
}

/** A new password: from stdin, else a person is asked twice; undefined when there is neither, or nothing was typed. */
export async function readNewPassword(
  session: Session,
  command: string,
  options: PasswordOptions,
): Promise<string | undefined> {
  if (options.passwordStdin) return new SecretInput(session).text("--password-stdin", "-");
  if (!session.prompt) return undefined;
  const password = await session.prompt.hidden("New password");
  if (password === "") return undefined;
  if ((await session.prompt.hidden("The same again")) !== password)
    throw usageError(command, "The two passwords differ.");
  return password;
}
