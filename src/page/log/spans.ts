import Anser from "anser";

/** A stretch of a line that looks the same, and the CSS classes for how. */
export interface Span {
  text: string;
  classes: string;
}

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const CUBE = [0, 95, 135, 175, 215, 255] as const;

/** A plain line (see plainLine) in stretches of one look each. `looks` held before it. */
export function spansOf(line: string, looks = ""): Span[] {
  if (looks === "" && !line.includes("\x1b")) return line === "" ? [] : [{ text: line, classes: "" }];
  // With a first sequence of its own: Anser gives the text before the first one the looks that hold at the end.
  const entries = new Anser().ansiToJson(`\x1b[0m${looks}${line}`, {
    json: true,
    use_classes: true,
    remove_empty: true,
  });
  return entries.map((entry) => ({ text: entry.content, classes: classesOf(entry) }));
}

function classesOf({ fg, bg, fg_truecolor, bg_truecolor, decorations }: Anser.AnserJsonEntry): string {
  const classes = [
    // On a tinted background only the colour of plain text is readable for sure.
    ...(fg && !bg ? [`fg-${colourName(fg, fg_truecolor)}`] : []),
    ...(bg ? [`bg-${colourName(bg, bg_truecolor)}`] : []),
    ...decorations.filter((each) => each !== "blink" && each !== "hidden").map((each) => `text-${each}`),
  ];
  return [...new Set(classes)].join(" ");
}

/** One of sixteen: only those can be made readable on light and on dark. */
function colourName(name: string, exact: string | null): string {
  if (name === "ansi-truecolor") return nearest((exact ?? "").split(",").map(Number));
  const palette = /^ansi-palette-(\d+)$/.exec(name);
  return palette ? nearest(paletteColour(Number(palette[1]))) : name.replace("ansi-", "");
}

/** Of xterm's 256: a cube of 6×6×6 and then greys. */
function paletteColour(index: number): number[] {
  if (index >= 232) return [0, 0, 0].map(() => 8 + (index - 232) * 10);
  const place = index - 16;
  return [Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((each) => CUBE[each] ?? 0);
}

function nearest(rgb: number[]): string {
  const [most, least] = [Math.max(...rgb), Math.min(...rgb)];
  if (most - least < 32)
    return ["black", "bright-black", "white", "bright-white"][Math.min(3, Math.floor(most / 64))] as string;
  const half = (most + least) / 2;
  const index = rgb.reduce((sum, each, place) => sum + (each > half ? 1 << place : 0), 0);
  return most > 215 ? `bright-${NAMES[index]}` : `${NAMES[index]}`;
}
