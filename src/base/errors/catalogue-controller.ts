import { entries } from "./entry.ts";

/** What the controller refuses, and what can go wrong in it. */
export const CONTROLLER_ERRORS = entries({
  INTERNAL_ERROR: {
    blame: "bug",
    what: "Millwright failed in a way that it should not.",
    why: "{message}",
    next: "Please report it with the version and the log of the component that said so.",
  },
  REQUEST_INVALID: {
    blame: "user",
    what: "The request is not valid.",
    why: "{reason}",
    next: "Correct the field named and send it again.",
  },
  UNAUTHENTICATED: {
    blame: "user",
    what: "The controller doesn't know this token.",
    why: "{reason}",
    next: "Log in with millwright login, or set MILLWRIGHT_TOKEN to a token of yours or to the one in the controller's data folder (admin.token).",
  },
  NOT_ALLOWED: {
    blame: "user",
    what: "{name} may not do this.",
    why: "It needs the permission to {permission}, which the role in the account or the token doesn't give.",
    next: "Ask an admin of the account for a role that may, or use a token with that scope.",
  },
  ACCOUNT_NOT_NAMED: {
    blame: "user",
    what: "It isn't clear which account is meant.",
    why: "Your accounts are: {names}.",
    next: "Name one with --account NAME.",
  },
  APP_AMBIGUOUS: {
    blame: "user",
    what: "Several apps are called {name}.",
    why: "They belong to different accounts.",
    next: "Name the app by its id: {ids}.",
  },
  NOT_FOUND: {
    blame: "user",
    what: "There is no {kind} {name}.",
    why: "{reason}",
    next: "Check the name: it is case-sensitive.",
  },
  NAME_TAKEN: {
    blame: "user",
    what: "There is already {kind} {name}.",
    why: "Names are unique.",
    next: "Choose another name, or change the existing one.",
  },
  NO_AGENT_FOR_PLATFORM: {
    blame: "user",
    what: "No agent can build for {platform}.",
    why: "{reason}",
    next: "Install what is missing on one of the hosts, or start an agent on a host that has it.",
  },
  TARGET_PLATFORM_UNKNOWN: {
    blame: "user",
    what: "There is no target platform {name}.",
    why: "{reason}",
    next: "Ask for one of those, or leave it out to take any agent that can build for the platform. An Xcode may be asked for by version or range: Xcode 26.0, Xcode 16, Xcode >=16 <17.",
  },
  BUILD_ALREADY_ENDED: {
    blame: "user",
    what: "Build {build} has already ended: {status}.",
    why: "A build that ended doesn't change any more.",
    next: "Start a new build.",
  },
  STALE_LEASE: {
    blame: "host",
    what: "This lease is no longer valid.",
    why: "{reason}",
    next: "Nothing needs to be done: another attempt holds the build, or it has ended.",
  },
  MESSAGE_REFUSED: {
    blame: "bug",
    what: "The controller refused a message of the agent.",
    why: "{reason}",
    next: "Upgrade agent and controller to the same version. If it stays, please report it.",
  },
  BUILD_TYPE_NOT_ALLOWED: {
    blame: "user",
    what: "The security profile {profile} may not sign a {type} build for {platform}.",
    why: "{reason}",
    next: "Name a profile of the type that is needed with --security-profile NAME; see millwright profiles list.",
  },
  SECRET_KEY_MISSING: {
    blame: "controller",
    what: "The secrets of the {kind} {name} can't be opened.",
    why: "They were encrypted with the key {key}, and the controller's key file {file} doesn't hold it.",
    next: "Put the line of that key back into the key file from a backup and restart the controller. When it is lost, write the secrets again.",
  },
  SECRET_DAMAGED: {
    blame: "controller",
    what: "The secrets of the {kind} {name} can't be opened.",
    why: "What the store holds is not what was written there: it was changed, cut off, or copied from another place.",
    next: "Restore the store from a backup, or write the secrets again.",
  },
  KEY_FILE_UNUSABLE: {
    blame: "controller",
    what: "The key file {file} can't be used.",
    why: "{reason}",
    next: "It holds one line for each key and must be readable and writable for the controller's user: millwright controller --key-file FILE. Restore a damaged one from a backup.",
  },
  DATA_FOLDER_UNUSABLE: {
    blame: "host",
    what: "The data folder {folder} can't be used.",
    why: "{reason}",
    next: "Give the controller's user write permission there; for a damaged or newer file restore it from a backup or upgrade. Or name another folder: millwright controller --data FOLDER",
  },
  DATA_FOLDER_TAKEN: {
    blame: "user",
    what: "Another controller already uses {folder} (process {pid}).",
    why: "Two controllers on one SQLite store would lose each other's work.",
    next: "Stop the other one, or give this one a folder of its own: millwright controller --data FOLDER",
  },
  PORT_TAKEN: {
    blame: "user",
    what: "{address} is already in use.",
    why: "Another program listens there.",
    next: "Choose another port: millwright controller --http HOST:PORT --grpc HOST:PORT. Port 0 takes a free one.",
  },
});
