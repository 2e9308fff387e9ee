import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { terminalTest } from "../../support/node-pty.ts";
import { onTerminal } from "../../support/terminal.ts";
import { temporaryFolder } from "./run-cli.ts";

const PROMPT = pathToFileURL(resolve("dist/cli/terminal/prompt.js")).href;
const RETURN = "\r";
const BACKSPACE = "\u007f";

/** Runs a script that has `prompt`, on a terminal. */
function asking(script: string, env: Record<string, string> = {}) {
  const begin = `import { canAsk, Prompt } from "${PROMPT}";
    const prompt = new Prompt(process.stdin, process.stderr);
    const result = (value) => console.log("<" + JSON.stringify(value) + ">");`;
  const words = ["--input-type=module", "-e", `${begin}\n${script}`];
  return onTerminal(words, { cwd: temporaryFolder(), env });
}

terminalTest("a text is asked for until there is one, and may be corrected while it is typed", async () => {
  const terminal = await asking(
    `result([await prompt.text("E-mail"), await prompt.text("Role", "viewer")]); process.exit();`,
  );
  await terminal.see("E-mail: ");
  terminal.type(`   ${RETURN}`);
  await terminal.see("E-mail: ");
  terminal.type(`annb${BACKSPACE}a ${RETURN}`);
  await terminal.see("Role [viewer]: ");
  terminal.type(RETURN);
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.shown()).toContain('<["anna","viewer"]>');
});

terminalTest("a hidden text is never shown, however it is typed", async () => {
  const terminal = await asking(`const text = await prompt.hidden("Password"); result(text.length); process.exit();`);
  await terminal.see("Password: ");
  terminal.type("sec");
  terminal.type(`retx${BACKSPACE} p\u00e4ss`);
  terminal.type(RETURN);
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.shown()).toContain("<11>");
  expect(terminal.shown()).not.toMatch(/sec|ret|p\u00e4ss|\*/);
});

terminalTest("one of a list is chosen by its number or its name, and what is neither is asked for again", async () => {
  const script = `const names = ["shop", "bank", "2"];
    result([await prompt.choose("Account", names), await prompt.choose("Account", names), await prompt.choose("Account", names)]);
    process.exit();`;
  const terminal = await asking(script);
  await terminal.see("Account [1-3]: ");
  expect(terminal.shown()).toContain("  1) shop");
  for (const wrong of ["4", "0", "sho", ""]) {
    terminal.type(`${wrong}${RETURN}`);
    await terminal.see("Account [1-3]: ");
  }
  terminal.type(`1${RETURN}`);
  await terminal.see("Account [1-3]: ");
  terminal.type(`bank${RETURN}`);
  await terminal.see("Account [1-3]: ");
  terminal.type(`2${RETURN}`); // a name goes before a number
  expect((await terminal.exited).exitCode).toBe(0);
  expect(terminal.shown()).toContain('<["shop","bank","2"]>');
});

terminalTest("Ctrl-C ends the process as it does elsewhere, and the end of the input is an error", async () => {
  const interrupted = await asking(`await prompt.hidden("Password");`);
  await interrupted.see("Password: ");
  interrupted.type("abc\u0003");
  expect((await interrupted.exited).signal).toBe(2);
  const ended = await asking(`await prompt.text("E-mail").catch((error) => result(error.code)); process.exit();`);
  await ended.see("E-mail: ");
  ended.type("\u0004");
  await ended.exited;
  expect(ended.shown()).toContain('<"NO_ANSWER">');
});

terminalTest("nobody is asked in CI", async () => {
  const script = `result([canAsk(process.stdin, process.stderr, process.env), canAsk({ isTTY: false }, process.stderr, {})]);`;
  const person = await asking(script);
  await person.exited;
  expect(person.shown()).toContain("<[true,false]>");
  const ci = await asking(script, { CI: "true" });
  await ci.exited;
  expect(ci.shown()).toContain("<[false,false]>");
});
