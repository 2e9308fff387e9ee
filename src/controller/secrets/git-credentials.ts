/**
 * What must be masked of addresses with a login, one a line as git's credential store has them
 * (`https://user:token@host`): the passwords, and where there is none the user, which is then the token. As it stands there
 * and decoded. Other lines are passed over.
 */
export function loginsInUrls(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const login = /^\s*[a-z][a-z0-9+.-]*:\/\/([^/\s]*)@/i.exec(line)?.[1];
    if (!login) return [];
    const colon = login.indexOf(":");
    const secret = login.slice(colon + 1);
    return [...new Set([secret, decoded(secret)])].filter((part) => part !== "");
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that encodes nothing
  }
}
