import { entries } from "./entry.ts";

/** What can go wrong with accounts, people and logins. */
export const ACCOUNT_ERRORS = entries({
  LOGIN_REFUSED: {
    blame: "user",
    what: "E-mail and password don't fit.",
    why: "There is no user of that e-mail, the user has another password or none, or was disabled.",
    next: "Try again, or ask an operator of the controller for a new password: millwright users password EMAIL",
  },
  TOO_MANY_LOGINS: {
    blame: "user",
    what: "There were too many wrong logins.",
    why: "Each one makes the next wait longer, so that passwords can't be guessed.",
    next: "Try again in {wait}.",
  },
  LOGIN_NOT_STORED: {
    blame: "user",
    what: "The login could not be stored: {file} can't be written.",
    why: "{reason}",
    next: "Give yourself write permission there, or name another folder with XDG_CONFIG_HOME.",
  },
  LOGIN_NEEDED: {
    blame: "user",
    what: "This can only be done by somebody who is logged in.",
    why: "{name} uses a token that is not that of a login. Tokens and passwords are a person's own.",
    next: "Log in: millwright login",
  },
  PAGE_REQUEST_FOREIGN: {
    blame: "user",
    what: "This request doesn't come from Millwright's own page.",
    why: "{reason} Who is signed in to the page in a browser must not be made to do something by another site.",
    next: "Load the page again and repeat it there. Programs show a token instead: Authorization: Bearer TOKEN",
  },
  LAST_ADMIN: {
    blame: "user",
    what: "{email} is the last admin of the account {account}.",
    why: "Nobody of the account could add members or change settings any more.",
    next: "Make somebody else an admin first: millwright accounts members add ACCOUNT EMAIL --role admin",
  },
});
