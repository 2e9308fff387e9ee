/** What `--build-file-name` may have. */
export const MOST_FILE_NAME = 100;

/** What an artifact's name may have: one that was asked for, and an ending such as `.xcarchive.zip`. */
export const MOST_ARTIFACT_NAME = 120;

/** Windows takes these for devices, with any ending. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * What is wrong with the name of a file that people are given; undefined when it is one on every system and stays in its
 * folder. The sentence reads behind `the file name …`.
 */
export function fileNameFault(name: string, most: number = MOST_FILE_NAME): string | undefined {
  if (name === "") return "must not be empty";
  if (name.length > most) return `may have at most ${most} characters`;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'may hold letters, digits, ".", "_" and "-", and no folder';
  if (!/^[A-Za-z0-9]/.test(name)) return "must begin with a letter or a digit";
  if (name.endsWith(".")) return "must not end with a dot";
  if (DEVICES.test(name)) return "is the name of a device on Windows";
  return undefined;
}
