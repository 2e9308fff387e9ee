import { entries } from "./entry.ts";

/** What can go wrong when hosts join, and between an agent with a key of its own and its controller. */
export const JOINING_ERRORS = entries({
  TLS_CERTIFICATE_UNUSABLE: {
    blame: "user",
    what: "The controller can't use the certificate in {file}.",
    why: "{reason}",
    next: "--tls-cert names a PEM file with the certificate and its chain, --tls-key its key without a password. The controller's own CA lies in tls/ of the data folder: restore both of its files from a backup, or remove the folder and let all hosts join again.",
  },
  JOIN_NEEDS_TLS: {
    blame: "user",
    what: "Hosts can't be invited: this controller speaks to agents without TLS.",
    why: "An invitation pins the controller's certificate, so that no other can pose as it. --insecure-grpc switched that off.",
    next: "Start the controller without --insecure-grpc, or give the agents agent.token of its data folder.",
  },
  INVITATION_BROKEN: {
    blame: "user",
    what: "This is not an invitation.",
    why: "{reason}",
    next: "Copy the whole line that millwright agents invite printed: it begins with mw1. and has four parts with dots between.",
  },
  INVITATION_UNKNOWN: {
    blame: "user",
    what: "The controller doesn't know this invitation.",
    why: "It was withdrawn, belongs to another controller, or was not copied whole.",
    next: "Ask an operator for a new one: millwright agents invite",
  },
  INVITATION_EXPIRED: {
    blame: "user",
    what: "This invitation has expired.",
    why: "It was good until {until}.",
    next: "Ask an operator for a new one: millwright agents invite. --ttl 8h makes one that is good for longer, at most 24 hours.",
  },
  INVITATION_USED: {
    blame: "user",
    what: "This invitation has been used up.",
    why: "It was good for {uses} and the last one to join with it was {name}.",
    next: "If that wasn't you, revoke that agent (millwright agents revoke NAME). Ask an operator for a new one: millwright agents invite",
  },
  INVITATION_NAME_FIXED: {
    blame: "user",
    what: "This invitation is for an agent called {name}.",
    why: "The operator who made it chose the name.",
    next: "Leave out --name, or ask for an invitation without a name.",
  },
  AGENT_NAME_TAKEN: {
    blame: "user",
    what: "There is already an agent called {name}.",
    why: "{reason}",
    next: "Join under another name (--name NAME). When that agent is gone, or this is the same host set up anew, let an operator revoke it first: millwright agents revoke {name}",
  },
  CONTROLLER_CA_WRONG: {
    blame: "user",
    what: "What answers at {address} is not the controller that made this invitation.",
    why: "{reason} Nothing was sent to it.",
    next: "Check that the address leads to the controller and not to a proxy that opens TLS. After a change of the controller's CA ask for a new invitation: millwright agents invite",
  },
  CONTROLLER_NOT_TRUSTED: {
    blame: "user",
    what: "The controller at {address} can't be trusted.",
    why: "{reason}",
    next: "controller.caFile must name the CA that signed its certificate (ca.pem of its data folder); an address that the certificate doesn't hold is added by millwright controller --tls-name NAME. Or join again: millwright agents invite",
  },
  AGENT_REVOKED: {
    blame: "user",
    what: "This agent was revoked.",
    why: "{reason}",
    next: "Its key is good for nothing any more. To use the host again ask an operator for a new invitation: millwright agents invite",
    retry: true,
  },
  AGENT_QUARANTINED: {
    blame: "user",
    what: "The key of the agent {name} is in use on two hosts.",
    why: "{reason}",
    next: "An operator says which one stays (millwright agents trust {name} MACHINE; millwright agents shows both); let the other one join with an invitation of its own.",
  },
  AGENT_NOT_JOINED: {
    blame: "user",
    what: "The agent {name} has no key of its own.",
    why: "It shows the token that agents share (agent.token), which can't be taken from one of them.",
    next: "Let it join with an invitation (millwright agents invite), then replace agent.token or start the controller with --no-shared-agent-token.",
  },
  AGENT_KEY_UNUSABLE: {
    blame: "user",
    what: "The agent's key {file} can't be used.",
    why: "{reason}",
    next: "Run the agent as the user that joined. A key that is lost can't be restored: let an operator revoke the agent, and join again.",
  },
  AGENT_KEY_EXPOSED: {
    blame: "user",
    what: "Other users of this host can read the agent's key {file} (mode {mode}).",
    why: "Who has it can pose as this agent and is given builds with their secrets.",
    next: "chmod 600 {file}. If somebody may have copied it: millwright agents revoke NAME, and join again.",
  },
  JOIN_WOULD_OVERWRITE: {
    blame: "user",
    what: "{file} exists already.",
    why: "Joining would change which controller the agent of this configuration belongs to, and nobody could be asked.",
    next: "Say so with --yes, or name another file with --config FILE.",
  },
  JOIN_FILE_UNWRITABLE: {
    blame: "user",
    what: "The files of the agent can't be written to {folder}.",
    why: "{reason}",
    next: "Make the folder, or run the command as a user who may write there; the agent must be able to read what is written.",
  },
});
