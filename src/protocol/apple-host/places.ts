import { basename, join } from "node:path";

/** Where the jobs of one user on a Mac meet, below the home folder: whichever agent they belong to. */
export function applePlaces(home: string) {
  const own = join(home, "Library", "Application Support", "Millwright");
  return {
    /** One SigningRecord for each job that signs now. */
    records: join(own, "signing"),
    /** Held while the keychain search list, the records or the provisioning profiles are changed. */
    lock: join(own, "signing.lock"),
    /** Xcode up to 15 reads the first; from 16 on it writes the second, and reads both. */
    provisioning: [
      join(home, "Library", "MobileDevice", "Provisioning Profiles"),
      join(home, "Library", "Developer", "Xcode", "UserData", "Provisioning Profiles"),
    ],
  };
}

const ENDING = ".mobileprovision";

/** The files by which Xcode finds a provisioning profile. */
export function provisioningFiles(home: string, uuid: string): string[] {
  return applePlaces(home).provisioning.map((folder) => join(folder, `${uuid}${ENDING}`));
}

export function uuidOfFile(file: string): string {
  return basename(file, ENDING);
}
