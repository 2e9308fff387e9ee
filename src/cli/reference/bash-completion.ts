import type { CompletedCommand, Value } from "./completed-commands.ts";

/**
 * A script for bash (also the 3.2 of macOS): what was typed is walked through the commands, and what may follow is offered.
 * `:` and `=` divide words in bash, so `--option=value` arrives in three.
 */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const taking = commands.flatMap(({ path, options }) =>
    options.filter(({ value }) => value).flatMap(({ flags }) => flags.map((flag) => `"${path} ${flag}"`)),
  );
  return `# bash completion of millwright. In ~/.bashrc: source <(millwright completion bash)
_millwright() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path="" option="" position=0 word i words=""
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    [ "$word" = "=" ] && continue
    if [ -n "$option" ]; then option=""; continue; fi
    case "$word" in
      -*)
        case "$path $word" in
          ${taking.join("|")}) option="$word" ;;
        esac
        ;;
      *)
        case "\${path:+$path }$word" in
          ${paths.join("|")}) path="\${path:+$path }$word" ;;
          *) position=$((position + 1)) ;;
        esac
        ;;
    esac
  done
  [ "$cur" = "=" ] && cur=""
  if [ -n "$option" ]; then
    case "$path $option" in
${optionCases(commands)}
    esac
  elif [[ "$cur" == -* ]]; then
    case "$path" in
${cases(commands, ({ path, options }) => [path, options.flatMap(({ flags }) => flags.slice(0, 1))])}
    esac
  else
    case "$path $position" in
${argumentCases(commands)}
    esac
  fi
  COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}
complete -F _millwright millwright
`;
}

function optionCases(commands: readonly CompletedCommand[]): string {
  return commands
    .flatMap(({ path, options }) =>
      options.flatMap(({ flags, value }) =>
        value
          ? [
              branch(
                flags.map((flag) => `${path} ${flag}`),
                value,
              ),
            ]
          : [],
      ),
    )
    .join("\n");
}

/** In the first place also the commands of a group. */
function argumentCases(commands: readonly CompletedCommand[]): string {
  return commands
    .flatMap(({ path, commands: below, arguments: values }) => {
      const names = below.map(({ name }) => name);
      const first: Value = { of: "words", words: names };
      return [
        ...(names.length > 0 ? [branch([`${path} 0`], first)] : []),
        ...values.map((value, place) => branch([`${path} ${place}`], value)),
      ];
    })
    .join("\n");
}

function cases(
  commands: readonly CompletedCommand[],
  of: (command: CompletedCommand) => [where: string, words: string[]],
): string {
  return commands
    .map((command) => {
      const [where, words] = of(command);
      return branch([where], { of: "words", words });
    })
    .join("\n");
}

/** Names of files may hold blanks. */
const FILES = "compopt -o filenames 2>/dev/null; local IFS=$'\\n';";

function branch(where: readonly string[], value: Value): string {
  const offers = {
    words: `words="${value.of === "words" ? value.words.join(" ") : ""}"`,
    file: `${FILES} COMPREPLY=($(compgen -f -- "$cur"))`,
    folder: `${FILES} COMPREPLY=($(compgen -d -- "$cur"))`,
    anything: ":",
  };
  return `      ${where.map((each) => `"${each}"`).join("|")}) ${offers[value.of]} ;;`;
}
