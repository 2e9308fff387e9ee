const LEAST = 16;
const URL = /^[a-z][a-z0-9+.-]*:\/\//i;
const MAIL = /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i;
/** `com.example.shop`, `1.2.3`, `build/app.apk`, `@scope/name`: names of packages, versions, files and hosts. */
const NAME = /^@?[A-Za-z0-9_$-]+(?:[./][A-Za-z0-9_$-]+)+\/?$/;
const PATH = /^(?:\.{0,2}|~|[A-Za-z]:)[/\\]|^[^\s/]+\.[a-z]{1,12}$/;
const SECRET_KEY = /(?:password|passwd|passphrase|secret|token|auth|api[_-]?key|private[_-]?key|current[_-]?key)$/i;

/** Whether the name of a value says that it is a secret, such as `storePassword` or `_authToken`. */
export function namesSecret(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** Whether a value says by itself where to find something or how it is called. */
export function isAddress(value: string): boolean {
  if (URL.test(value)) return !/^[^/]*\/\/[^/]*@/.test(value);
  return MAIL.test(value) || PATH.test(value) || (NAME.test(value) && segments(value).every(isWord));
}

/** Whether a value looks like a key or token: long, without blanks, and neither an address nor made of words. */
export function looksSecret(value: string): boolean {
  return value.length >= LEAST && !/\s/.test(value) && !isAddress(value) && !segments(value).every(isWord);
}

function segments(value: string): string[] {
  return value.split(/[-_./:@]+/).filter((segment) => segment !== "");
}

/** A word, a number, or a mark as short as those of versions and projects. */
function isWord(segment: string): boolean {
  return segment.length <= 5 || /^(?:\d+|[A-Z]?[a-z]+|[A-Z]+|(?:[A-Za-z][a-z]+){1,4})$/.test(segment);
}
