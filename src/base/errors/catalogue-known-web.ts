import { entries } from "./entry.ts";

/** What the web build of an app fails of: Node, bundlers, compilers. */
export const WEB_FAILURES = entries({
  NODE_OPENSSL_LEGACY: {
    blame: "user",
    what: "The bundler of the app is too old for the Node of the build.",
    why: "It hashes with MD4, which Node 17 and later no longer allow (webpack before 5.61 does that).",
    next: "Raise webpack (or the Angular, Vue or React tool that brings it). Until then: NODE_OPTIONS=--openssl-legacy-provider in the environment of the build, or Node 16 by .nvmrc.",
  },
  BUILD_TOOL_NOT_INSTALLED: {
    blame: "user",
    what: "The build script runs {tool}, which isn't installed.",
    why: "It is in none of the app's dependencies, or it is in devDependencies and NODE_ENV=production kept npm from installing those.",
    next: "Add it to devDependencies of package.json and commit the lock file; take NODE_ENV=production out of the environment of the build.",
  },
  NPM_SCRIPT_MISSING: {
    blame: "user",
    what: "package.json has no script {script}.",
    why: "Another script, or a hook, runs it.",
    next: "Add the script to package.json, or correct its name where it is run.",
  },
  NODE_SASS_UNSUITABLE: {
    blame: "user",
    what: "node-sass doesn't run on the Node of the build.",
    why: "Each version of node-sass knows only the Node versions that existed when it came out, and it is no longer developed.",
    next: "Replace node-sass by sass in package.json (npm install --save-dev sass), or ask for an older Node in .nvmrc.",
    link: "https://sass-lang.com/blog/node-sass-is-end-of-life/",
  },
  OPTIONAL_DEPENDENCY_MISSING: {
    blame: "user",
    what: "The package {package} with the native part of a tool for this host is missing.",
    why: "npm leaves it out when the lock file was written on another system with some versions of npm.",
    next: "Delete node_modules and package-lock.json, run npm install with a present npm, commit the new lock file.",
    link: "https://github.com/npm/cli/issues/4828",
  },
  MODULE_NOT_FOUND: {
    blame: "user",
    what: "{module} could not be found, and {from} needs it.",
    why: "It is not installed, its path is mistyped (capitals count on Linux), or the file isn't in the commit.",
    next: "For a package: add it to package.json and commit the lock file. For a file: check its path and that git has it (git ls-files).",
  },
  TYPESCRIPT_ERROR: {
    blame: "user",
    what: "The app's TypeScript doesn't compile: {place}.",
    why: "{error}.",
    next: "Run the same script in a fresh clone of the commit, mend what it says, commit and push.",
  },
  BUNDLE_TOO_LARGE: {
    blame: "user",
    what: "The web build is larger than the app allows: {bundle}.",
    why: "The budgets of angular.json are limits of the app itself, and one of them is set to be an error.",
    next: "Make the bundle smaller, or raise the limit in budgets of angular.json.",
    link: "https://angular.dev/tools/cli/build#configuring-size-budgets",
  },
  ES_MODULE_REQUIRED: {
    blame: "user",
    what: "{module} is an ES module and was loaded with require().",
    why: "Packages that have turned to ES modules can only be imported, and {from} still requires it.",
    next: "Take the last version of that package before the change, or load it with import() in an ES module. Node 20.19, 22.12 and later allow require() of most.",
    link: "https://nodejs.org/api/errors.html#err_require_esm",
  },
  JAVASCRIPT_SYNTAX: {
    blame: "user",
    what: "A script of the build has a syntax error: {place}.",
    why: "{error}. Either the file is wrong, or it uses what the Node of the build doesn't know.",
    next: "Mend the file; if it is a package's, ask for the Node that it wants in .nvmrc.",
  },
});
