/** The text as XML and HTML hold it, in all the ways in which writers name quotes, line ends and what is beyond ASCII. */
export function markupForms(text: string): string[] {
  const bare = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const double = bare.replaceAll('"', "&quot;");
  const attribute = double.replaceAll("\n", "&#10;").replaceAll("\r", "&#13;").replaceAll("\t", "&#9;");
  const both = double.replaceAll("'", "&#39;");
  return [
    bare,
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
    double,
    double.replaceAll("'", "&apos;"),
    both,
    double.replaceAll("'", "&#x27;"),
    bare.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    attribute,
    attribute.replaceAll("'", "&apos;"),
    attribute.replaceAll("&#10;", "&#xA;").replaceAll("&#13;", "&#xD;").replaceAll("&#9;", "&#x9;"),
    both.replace(BEYOND_ASCII, (char) => `&#${char.codePointAt(0)};`),
    both.replace(BEYOND_ASCII, (char) => `&#x${char.codePointAt(0)?.toString(16)};`),
    both.replace(BEYOND_ASCII, (char) => `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`),
  ];
}

const BEYOND_ASCII = /[^\0-\x7f]/gu;
