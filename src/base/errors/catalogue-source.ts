import { entries } from "./entry.ts";

/** What can be wrong with the repository and the commit. */
export const SOURCE_ERRORS = entries({
  REPOSITORY_UNREACHABLE: {
    blame: "user",
    what: "The repository {repository} can't be reached from the build host.",
    why: "git could not connect to it: {reason}",
    next: "Check the address with `millwright apps list`, and that the host can reach it: git ls-remote {repository}",
  },
  REPOSITORY_NOT_FOUND: {
    blame: "user",
    what: "There is no repository at {repository}, or these credentials may not see it.",
    why: "The server answered: {reason}",
    next: "Check the address and the credentials of the app: millwright apps set {app} --git-url URL --git-username NAME --git-token-file FILE",
  },
  REPOSITORY_CREDENTIALS: {
    blame: "user",
    what: "{repository} refused the credentials of the app.",
    why: "The server answered: {reason}",
    next: "Give the app a token that may read the repository: millwright apps set {app} --git-username NAME --git-token-file FILE",
  },
  REPOSITORY_STALLED: {
    blame: "host",
    what: "Fetching from {repository} stopped half-way.",
    why: "git said: {reason}",
    next: "The server or the network between broke off. Start the build again.",
    retry: true,
  },
  COMMIT_NOT_FOUND: {
    blame: "user",
    what: "Commit {commit} is not in {repository}.",
    why: "The repository is reachable, but has no commit, branch or tag of that name. It may not have been pushed, or the name may be too short: a commit is named by all 40 hexadecimal digits, or by a branch or tag.",
    next: "Push the commit (git push), then start the build again.",
  },
  COMMITTED_PLATFORMS: {
    blame: "user",
    what: "The commit contains a platforms/ folder ({path}), which cordova makes new in each build.",
    why: "A committed platforms/ folder hides what config.xml and the plugins say, and goes stale: the app that is built would not be the app of the commit.",
    next: "Remove it from git and ignore it: git rm -r --cached {path} && echo /platforms/ >> .gitignore && git commit -am 'Leave platforms/ to cordova'. Keep own native changes in config.xml, hooks or a plugin.",
  },
  PACKAGE_JSON_MISSING: {
    blame: "user",
    what: "There is no package.json in {place} of the commit.",
    why: "Millwright installs the app's dependencies from package.json before it builds.",
    next: "Commit package.json, or name the app's folder inside the repository: millwright apps set {app} --subfolder FOLDER",
  },
  PACKAGE_JSON_BROKEN: {
    blame: "user",
    what: "package.json of the commit is not valid JSON.",
    why: "{reason}",
    next: "Mend the file at the place named, commit and push.",
  },
  CONFIG_XML_MISSING: {
    blame: "user",
    what: "There is no config.xml in {place} of the commit.",
    why: "A package build needs Cordova's config.xml, which names the app, its id and its version.",
    next: "Commit config.xml, name the app's folder (millwright apps set {app} --subfolder FOLDER), or start a deploy build, which needs none.",
  },
  CONFIG_XML_BROKEN: {
    blame: "user",
    what: "config.xml of the commit can't be used.",
    why: "{reason}",
    next: "Mend the file at the place named, commit and push.",
  },
  APP_ID_INVALID: {
    blame: "user",
    what: "config.xml has the id {value}, which {platform} can't use.",
    why: "{reason}",
    next: "Correct the id of <widget> in config.xml, or override it by a native config: millwright native-configs set NAME --bundle-id ID",
  },
  APP_VERSION_INVALID: {
    blame: "user",
    what: "config.xml has the version {value}, which {platform} can't use.",
    why: "{reason}",
    next: "Correct it in <widget> of config.xml, or override it by a native config: millwright native-configs set NAME --version VERSION --build-number NUMBER",
  },
  APPFLOW_CONFIG_INVALID: {
    blame: "user",
    what: "appflow.config.json of the commit can't be used.",
    why: "{reason}",
    next: 'Correct it, commit and push. It looks like: { "apps": [{ "appId": "ID OR NAME", "root": "FOLDER", "dependencyInstallCommand": "…", "webBuildCommand": "…" }] }',
  },
  SUBFOLDER_MISSING: {
    blame: "user",
    what: "The commit has no folder {subfolder}.",
    why: "The app is registered with that subfolder, but the commit doesn't hold it.",
    next: "Correct it: millwright apps set {app} --subfolder FOLDER",
  },
  LINK_LEAVES_REPOSITORY: {
    blame: "user",
    what: "{path} is a link to {target}, which is not in the commit.",
    why: "A build reads only what its commit holds: a link to a file of the build host could show what is none of its business.",
    next: "Commit the file itself, or a link to a place inside of the repository.",
  },
  COMMIT_PATH_REFUSED: {
    blame: "user",
    what: "git refuses to check out {path} of the commit.",
    why: "A path of that name, or a link of that name, could make git itself do something else than keep a file.",
    next: "Rename it, commit and push.",
  },
  SUBMODULE_REFUSED: {
    blame: "user",
    what: "The submodule {path} can't be checked out.",
    why: "{reason}.",
    next: "Correct .gitmodules, commit and push. A build that doesn't need its submodules: GIT_SUBMODULE_STRATEGY=none in the environment of the app.",
  },
  SUBMODULE_FAILED: {
    blame: "user",
    what: "The submodule {path} could not be fetched from {repository}.",
    why: "{reason}",
    next: "Check its address in .gitmodules, and that its commit was pushed. The app's credentials are used for the app's own host only, and the SSH keys of the build host for no other. A build that doesn't need its submodules: GIT_SUBMODULE_STRATEGY=none in the environment of the app.",
  },
  GIT_LFS_MISSING: {
    blame: "host",
    what: "The commit keeps {count} in Git LFS, and the build host has no git-lfs.",
    why: "In the commit itself they are only pointers of three lines: {files}",
    next: "Install it on the host: apt-get install git-lfs, or brew install git-lfs; the agent uses it at once. A build that doesn't need these files: GIT_LFS_SKIP_SMUDGE=1 in the environment of the app.",
  },
  GIT_LFS_FAILED: {
    blame: "user",
    what: "Files of Git LFS could not be fetched from {server}.",
    why: "{reason}",
    next: "Push them (git lfs push --all origin), and check that the app's token may read them: git lfs fetch in a fresh clone shows the same.",
  },
});
