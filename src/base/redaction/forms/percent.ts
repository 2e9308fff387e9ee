/** The text as URLs and forms carry it: every set of characters that is left as it is, in both cases of hex digits. */
export function percentForms(text: string): string[] {
  const forms = [
    text.replace(/[^A-Za-z0-9\-_.!~*'()]/gu, percent), // JavaScript's encodeURIComponent
    text.replace(/[^A-Za-z0-9\-_.~]/gu, percent), // RFC 3986
    text.replace(/[^A-Za-z0-9\-_.~/]/gu, percent), // Python's quote
    text.replace(/[^A-Za-z0-9\-_.!~*'();/?:@&=+$,#]/gu, percent), // JavaScript's encodeURI
    text.replace(/[^A-Za-z0-9\-_.!~*'()&+$,%]/gu, percent), // the password of a URL, by WHATWG
    text.replace(/[^A-Za-z0-9*\-._ ]/gu, percent).replaceAll(" ", "+"), // forms
    text.replace(/[^A-Za-z0-9~\-._ ]/gu, percent).replaceAll(" ", "+"), // forms of PHP and Python
  ];
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function percent(char: string): string {
  return [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
