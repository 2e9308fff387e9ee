import { entries } from "./entry.ts";

/** What can be wrong with remotes of the controller's own, webhooks of git hosts, and automations. */
export const PUSH_ERRORS = entries({
  COMMIT_NOT_PUSHED: {
    blame: "user",
    what: "There is no commit {commit} in {app}.",
    why: "{reason}",
    next: "Push it, then ask for the build again: git push {remote} HEAD:BRANCH",
  },
  REF_UNTRUSTED: {
    blame: "user",
    what: "The app {app} doesn't sign builds of this commit.",
    why: "{reason} Other commits get no secrets: their code could take them along.",
    next: "Merge it, and build the branch by its name. Or trust its branch: millwright apps trust {app} BRANCH… (names all that are trusted). A build that isn't signed, such as debug, goes without.",
  },
  COMMIT_AMBIGUOUS: {
    blame: "user",
    what: "Several commits of {app} begin with {commit}.",
    why: "A shortened hash names a commit only as long as no other begins with the same digits.",
    next: "Give more digits, best all 40: git rev-parse HEAD",
  },
  GIT_UNAVAILABLE: {
    blame: "host",
    what: "The controller's host can't keep git repositories.",
    why: "{reason}",
    next: "Install git 2.31 or newer with git-http-backend on the controller's host, or give the app the address of a git host: --git-url URL",
  },
  REMOTE_ELSEWHERE: {
    blame: "user",
    what: "The app {app} has no remote here.",
    why: "It is built from {remote}.",
    next: "Push there. To push here instead, give the app a remote of the controller's own: millwright apps set {app} --own-remote",
  },
  HOOK_NOT_UNDERSTOOD: {
    blame: "user",
    what: "This is no webhook that Millwright knows.",
    why: "{reason}",
    next: "Webhooks of GitHub, GitLab, Bitbucket, Gitea and Forgejo are understood, for the event “push”.",
  },
  HOOK_NOT_VERIFIED: {
    blame: "user",
    what: "The webhook is not signed with the secret of the app {app}.",
    why: "{reason}",
    next: "Make a secret with `millwright pushes secret --app APP`, and enter it at the git host as the webhook's secret (GitLab: secret token).",
  },
  BODY_TOO_SLOW: {
    blame: "user",
    what: "The body of the request did not arrive in time.",
    why: "Only a part of it came within {seconds} s.",
    next: "Send it again over a faster connection.",
  },
  PATTERN_INVALID: {
    blame: "user",
    what: "{pattern} is no pattern for branches.",
    why: "{reason}",
    next: "Write a branch's name without refs/heads/, with * for any text: main, release/*, dev*other, *",
  },
});
