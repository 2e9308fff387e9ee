import { entries } from "./entry.ts";

/** What can go wrong when the agent of a host is upgraded. */
export const RELEASE_ERRORS = entries({
  PACKAGE_UNREADABLE: {
    blame: "user",
    what: "The package {file} can't be read.",
    why: "{reason}.",
    next: "Name the file that make bundle or npm pack made: millwright agent upgrade FILE.tgz",
  },
  PACKAGE_CHECKSUM_WRONG: {
    blame: "user",
    what: "The package {file} is not the one that was meant. Nothing was changed.",
    why: "Its SHA-256 is {found}, and {expected} was expected.",
    next: "Get the file again from where it was made, and compare it there: sha256sum FILE.tgz",
  },
  PACKAGE_DAMAGED: {
    blame: "user",
    what: "The package {file} is damaged or was not copied whole. Nothing was changed.",
    why: "{reason}.",
    next: "Copy it again, and compare its SHA-256 with the one where it was made.",
  },
  PACKAGE_NOT_MILLWRIGHT: {
    blame: "user",
    what: "{file} is not a package of Millwright.",
    why: "{reason}",
    next: "make bundle, or npm pack in a built checkout, makes one.",
  },
  RELEASE_NOT_INSTALLED: {
    blame: "host",
    what: "npm could not install the package. Nothing was changed.",
    why: "{reason}",
    next: "A package without its dependencies inside needs npm and its registry. make bundle makes one that needs neither.",
  },
  RELEASE_UNFIT: {
    blame: "host",
    what: "The release {release} can't run on this host. Nothing was changed.",
    why: "{reason}",
    next: "Mend what is named, or take another release. The one in use goes on.",
  },
  RELEASE_NO_ROOM: {
    blame: "host",
    what: "There is no room for another release in {folder}: {free} free, {needed} needed. Nothing was changed.",
    why: "Releases lie side by side, so that the one before is there to go back to.",
    next: "Free some space, or remove releases that nothing needs any more: millwright agent releases --prune",
  },
  RELEASE_ROLLED_BACK: {
    blame: "host",
    what: "The release {release} failed, and {before} runs again.",
    why: "{reason}",
    next: "Running builds went on. The agent's log says more; millwright agent releases shows this again.",
  },
  RELEASE_UNKNOWN: {
    blame: "user",
    what: "There is no release {release} to go back to in {prefix}.",
    why: "{reason}",
    next: "Look at what there is: millwright agent releases",
  },
  RELEASES_MISSING: {
    blame: "user",
    what: "There are no releases in {prefix}.",
    why: "This host's Millwright was installed in place: by the Debian package, by npm or from a checkout.",
    next: "Name the folder that has them (--prefix FOLDER), or begin one: millwright agent upgrade FILE.tgz --prefix FOLDER (docs/upgrade.md).",
  },
  UPGRADE_UNDER_WAY: {
    blame: "user",
    what: "Another upgrade of this host is under way (process {pid}).",
    why: "One at a time may change {prefix}.",
    next: "Wait until it has ended: millwright agent releases",
  },
  UPGRADE_NOT_ALLOWED: {
    blame: "user",
    what: "You may not change {prefix}.",
    why: "{reason}. Releases belong to whoever installed them, so that no build can change them.",
    next: "Run it as that user: sudo millwright agent upgrade …",
  },
  AGENT_NOT_RESTARTED: {
    blame: "host",
    what: "The agent could not be restarted, so {before} stays in use.",
    why: "{reason}",
    next: "Try the command alone, or name another one: --restart COMMAND",
  },
  JOURNAL_TOO_NEW: {
    blame: "host",
    what: "A build of this host was begun by a newer release, which this one can't take up.",
    why: "Its journal has the format {found}; this release reads up to {known}.",
    next: "Start the newer release again within some minutes, else the controller tries the build again.",
  },
});
