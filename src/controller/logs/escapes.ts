/**
 * The source of a regular expression for one escape sequence of a terminal: colours and what else moves its cursor, links,
 * titles. Its repetitions are bounded, so that no log makes it slow. It matches no newline.
 */
export const ESCAPE_SEQUENCE =
  "\\x1b(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^\\x07\\x1b\\n]{0,2048}(?:\\x07|\\x1b\\\\)|[ -/]{0,8}[0-OQ-Z\\\\^-~])";
