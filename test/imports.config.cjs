// The walls between the rooms of src/: docs/architecture.md says why they stand where they do.
const room = (name) => ({ path: `^src/${name}/` });

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "the-ground-imports-nothing-above",
      severity: "error",
      from: room("base"),
      to: { path: "^src/(protocol|credentials|build|agent|controller|cli|page)/" },
    },
    {
      name: "the-protocol-imports-only-the-ground",
      severity: "error",
      from: room("protocol"),
      to: { path: "^src/(credentials|build|agent|controller|cli|page)/" },
    },
    {
      name: "credentials-import-only-what-is-below",
      severity: "error",
      from: room("credentials"),
      to: { path: "^src/(build|agent|controller|cli|page)/" },
    },
    {
      name: "build-imports-no-program",
      severity: "error",
      from: room("build"),
      to: { path: "^src/(agent|controller|cli|page)/" },
    },
    {
      name: "the-agent-never-imports-the-controller",
      severity: "error",
      from: room("agent"),
      to: { path: "^src/(controller|cli|page)/" },
    },
    {
      name: "agent-knows-only-the-toolchain",
      severity: "error",
      from: room("agent"),
      to: { path: "^src/build/", pathNot: "^src/build/toolchain/" },
    },
    { name: "the-agent-sees-no-credentials", severity: "error", from: room("agent"), to: room("credentials") },
    {
      name: "the-controller-never-imports-build-or-agent",
      severity: "error",
      from: room("controller"),
      to: { path: "^src/(build|agent|cli|page)/" },
    },
    {
      name: "the-page-runs-in-browsers",
      severity: "error",
      from: room("page"),
      to: { path: "^(src/(credentials|build|agent|controller|cli)/|node:)" },
    },
    { name: "the-cli-never-imports-the-page", severity: "error", from: room("cli"), to: room("page") },
    { name: "the-cli-never-imports-build", severity: "error", from: room("cli"), to: room("build") },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^src/protocol/generated/" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js"] },
  },
};
