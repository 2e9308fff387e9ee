import { entries } from "./entry.ts";

/** What an agent doesn't do for its controller, and what isn't as it was signed. */
export const TRUST_ERRORS = entries({
  REPOSITORY_NOT_ALLOWED: {
    blame: "host",
    what: "The agent {agent} fetches nothing from {repository}.",
    why: "{ruledBy} allows: {allowed}. Nothing was fetched from there, and no credentials were asked for.",
    next: "Ask for a target platform whose agents may build it. Or let the operator of this host add the repository to allow.repositories there and reload the agent (systemctl reload, or SIGHUP). The controller can't change it.",
    link: "docs/security.md",
  },
  NOT_ALLOWED_HERE: {
    blame: "host",
    what: "The agent {agent} takes no build with the {kind} {name}.",
    why: "{ruledBy} allows: {allowed}. Nothing was fetched, and no secrets were asked for.",
    next: "Ask for a target platform whose agents may build it. Or let the operator of this host add it to {key} there and reload the agent (systemctl reload, or SIGHUP). The controller can't change it.",
    link: "docs/security.md",
  },
  VERSIONS_NOT_PINNED: {
    blame: "user",
    what: "The commit leaves open which versions are built with.",
    why: "{reason} The agent {agent} builds only what is pinned (cordova.pinned: required).",
    next: "Commit the lock file of the package manager, and have cordova-android or cordova-ios in devDependencies of package.json: npm install --save-dev cordova-android@14.0.1",
  },
  SPEC_SIGNATURE_MISSING: {
    blame: "controller",
    what: "The job that the agent {agent} was given is not signed.",
    why: "{reason} Nothing of it was done.",
    next: "Was the controller set back to a release that signs nothing? Then set trust.signedSpecs: off in the agent's configuration until it signs again. Else somebody stands between agent and controller: look at the address and the CA of the agent's configuration.",
    link: "docs/security.md",
  },
  SPEC_SIGNATURE_WRONG: {
    blame: "controller",
    what: "The job that the agent {agent} was given is not what its controller signed.",
    why: "{reason} Nothing of it was done.",
    next: "Compare the key that the controller logs at its start with trust.specKey of the agent's configuration, or spec.pub in its work folder. Only when the controller was given a new key on purpose, write that one there; else take it for an attack: docs/security.md",
    link: "docs/security.md",
  },
  SPEC_SIGNATURE_STORE: {
    blame: "controller",
    what: "The {kind} {name} is not as the controller wrote it.",
    why: "{reason} Somebody may have written to the store past the controller. No agent got anything of it.",
    next: "Look into it as it is now and into millwright audit. If it is right, save it again (of a build: ask for a new one), which signs it. After a store was put back on purpose: millwright controller --trust-store",
    link: "docs/security.md",
  },
  SPEC_KEY_UNUSABLE: {
    blame: "host",
    what: "The key that signs jobs can't be used.",
    why: "{reason}",
    next: "Put {file} back from a backup; controllers on one store need the same. When it is lost, look through the settings and start with: millwright controller --trust-store",
    link: "docs/security.md",
  },
});
