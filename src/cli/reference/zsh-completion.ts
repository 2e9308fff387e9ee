import type { CompletedCommand, Value } from "./completed-commands.ts";

/** A script for zsh: as the one for bash, and commands and options come with what they do. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const taking = commands.flatMap(({ path, options }) =>
    options.filter(({ value }) => value).flatMap(({ flags }) => flags.map((flag) => quoted(`${path} ${flag}`))),
  );
  return `#compdef millwright
# zsh completion of millwright. In ~/.zshrc, after compinit: source <(millwright completion zsh)
_millwright() {
  local cur="$words[CURRENT]" at="" option="" word i
  local -i position=0
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    if [[ -n "$option" ]]; then option=""; continue; fi
    case "$word" in
      -*=*) ;;
      -*)
        case "$at $word" in
          (${taking.join("|")}) option="$word" ;;
        esac
        ;;
      *)
        case "\${at:+$at }$word" in
          (${paths.join("|")}) at="\${at:+$at }$word" ;;
          *) position+=1 ;;
        esac
        ;;
    esac
  done
  if [[ -z "$option" && "$cur" == --*=* ]]; then
    option="\${cur%%=*}"
    compset -P '*='
  fi
  if [[ -n "$option" ]]; then
    case "$at $option" in
${commands.flatMap(ofOptions).join("\n")}
    esac
  elif [[ "$cur" == -* ]]; then
    case "$at" in
${commands.map(ofFlags).join("\n")}
    esac
    _describe -o option offered
  else
    case "$at $position" in
${commands.flatMap(ofArguments).join("\n")}
    esac
  fi
}
compdef _millwright millwright
`;
}

function ofOptions({ path, options }: CompletedCommand): string[] {
  return options.flatMap(({ flags, value }) => {
    const where = flags.map((flag) => quoted(`${path} ${flag}`)).join("|");
    return value ? [`      (${where}) ${offer(value)} ;;`] : [];
  });
}

function ofFlags({ path, options }: CompletedCommand): string {
  const rows = options.map(({ flags, does }) => described(flags[0] ?? "", does));
  return `      (${quoted(path)}) offered=(${rows.join(" ")}) ;;`;
}

function ofArguments({ path, commands, arguments: values }: CompletedCommand): string[] {
  const rows = commands.map(({ name, does }) => described(name, does));
  const group =
    rows.length > 0 ? [`      (${quoted(`${path} 0`)}) offered=(${rows.join(" ")}); _describe command offered ;;`] : [];
  return [...group, ...values.map((value, place) => `      (${quoted(`${path} ${place}`)}) ${offer(value)} ;;`)];
}

function offer(value: Value): string {
  switch (value.of) {
    case "words":
      return `compadd -- ${value.words.map(quoted).join(" ")}`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    default:
      return ":";
  }
}

/** zsh divides a word from what it does by a colon. */
function described(word: string, does: string): string {
  return quoted(`${word.replaceAll(":", "\\:")}:${does}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
