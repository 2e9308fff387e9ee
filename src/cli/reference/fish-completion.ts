import type { CompletedCommand, Value } from "./completed-commands.ts";

/** A script for fish: a rule for each command, option and argument, on the condition that the words before lead there. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const taking = commands.flatMap(({ path, options }) =>
    options.filter(({ value }) => value).flatMap(({ flags }) => flags.map((flag) => quoted(`${path} ${flag}`))),
  );
  return `# fish completion of millwright. In ~/.config/fish/config.fish: millwright completion fish | source
function __millwright_at --argument-names path position
    set -l at ""
    set -l count 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- "-*" $word
            contains -- "$at $word" ${taking.join(" ")}; and set skip 1
        else if contains -- (string trim -- "$at $word") ${paths.join(" ")}
            set at (string trim -- "$at $word")
        else
            set count (math $count + 1)
        end
    end
    test "$at" = "$path"; and test -z "$position" -o "$count" = "$position"
end
complete -c millwright -f
${commands.flatMap(rulesOf).join("\n")}
`;
}

function rulesOf({ path, commands, options, arguments: values }: CompletedCommand): string[] {
  const rule = (where: string, rest: string) =>
    `complete -c millwright -n ${quoted(`__millwright_at '${path}'${where}`)} ${rest}`;
  return [
    ...commands.map(({ name, does }) => rule(" 0", `-a ${quoted(name)} -d ${quoted(does)}`)),
    ...values.flatMap((value, place) => (value.of === "anything" ? [] : [rule(` ${place}`, offer(value))])),
    ...options.map(({ flags: [long = "", short], does, value }) => {
      const names = [`-l ${long.replace(/^--/, "")}`, ...(short ? [`-s ${short.slice(1)}`] : [])].join(" ");
      return rule("", `${names} ${value ? `-r ${offer(value)} ` : ""}-d ${quoted(does)}`);
    }),
  ];
}

function offer(value: Value): string {
  switch (value.of) {
    case "words":
      return `-a ${quoted(value.words.join(" "))}`;
    case "file":
      return "-F";
    case "folder":
      return "-a '(__fish_complete_directories)'";
    default:
      return "";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
