// Only what needs types or sees the whole file: formatting and the rest are Biome's.
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["src/protocol/generated/**", "test/fixtures/**", "dist/**"] },
  {
    files: ["src/**/*.ts", "src/**/*.tsx", "test/**/*.ts"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { ts: tseslint.plugin },
    rules: {
      "ts/no-floating-promises": "error",
      "ts/no-misused-promises": ["error", { checksVoidReturn: { arguments: false, attributes: false } }],
      "ts/await-thenable": "error",
      "ts/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "max-lines": ["error", { max: 300 }],
    },
  },
);
