import { entries } from "./entry.ts";

/** What a person at the command line can meet. */
export const COMMAND_ERRORS = entries({
  USAGE: {
    blame: "user",
    what: "{reason}",
    why: "The command line is not one that millwright knows.",
    next: "See: {command} --help",
  },
  CONTROLLER_NOT_NAMED: {
    blame: "user",
    what: "millwright doesn't know which controller to ask.",
    why: "Neither --url nor MILLWRIGHT_URL is set, and there is no {file}.",
    next: "export MILLWRIGHT_URL=http://HOST:PORT MILLWRIGHT_TOKEN=…",
  },
  CLIENT_CONFIG_INVALID: {
    blame: "user",
    what: "Your configuration {file} is not valid.",
    why: "{reason}",
    next: "It may hold two keys: url and tokenFile. Mend the lines named.",
  },
  CONTROLLER_SILENT: {
    blame: "controller",
    what: "The controller at {url} doesn't answer.",
    why: "{reason}",
    next: "Check the address and that the controller runs: millwright controller",
  },
  ANSWER_NOT_UNDERSTOOD: {
    blame: "controller",
    what: "{url} gave an answer that is not Millwright's.",
    why: "{reason}",
    next: "Check that the address is that of a Millwright controller, and that no proxy stands between.",
  },
  NO_ANSWER: {
    blame: "user",
    what: "millwright asked, and got no answer: {question}",
    why: "The input ended, or the answers were empty.",
    next: "Run the command again, or give the value on the command line: see --help.",
  },
  APP_NOT_NAMED: {
    blame: "user",
    what: "millwright doesn't know which app to build.",
    why: "{reason}",
    next: "Name it with --app NAME, or register this repository: millwright apps add NAME --git-url URL",
  },
  COMMIT_NOT_NAMED: {
    blame: "user",
    what: "millwright doesn't know which commit to build.",
    why: "This folder is not a git checkout, so there is no HEAD to take.",
    next: "Name it with --commit SHA, or run the command inside a clone of the app.",
  },
  FILE_UNREADABLE: {
    blame: "user",
    what: "{file} can't be read.",
    why: "{reason}",
    next: "Check the path and its permissions.",
  },
  FILE_UNWRITABLE: {
    blame: "user",
    what: "{file} can't be written.",
    why: "{reason}",
    next: "Choose another place with --output FOLDER.",
  },
  DOWNLOAD_BROKEN: {
    blame: "controller",
    what: "The download of {file} is not what the controller stored.",
    why: "{reason}",
    next: "Download it again: millwright download {build}",
  },
  NO_ARTIFACT: {
    blame: "user",
    what: "Build {build} has no {what}.",
    why: "{reason}",
    next: "See what it has: millwright builds show {build}",
  },
  AGENT_RESUMED: {
    blame: "user",
    what: "The agent {agent} is no longer draining.",
    why: "Somebody resumed or paused it while its last build was waited for.",
    next: "See who in: millwright audit --agent {agent}",
  },
});
