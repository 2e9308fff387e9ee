import { Refusal } from "../machine/tool.ts";

/** The texts of Security.framework for its status numbers (SecBase.h). */
export const STATUS = {
  [-25296]: "A keychain with the same name already exists.",
  [-25294]: "The specified keychain could not be found.",
  [-25293]: "The user name or passphrase you entered is not correct.",
  [-25299]: "The specified item already exists in the keychain.",
  [-25300]: "The specified item could not be found in the keychain.",
  [-25307]: "A default keychain could not be found.",
  [-25308]: "User interaction is not allowed.",
  [-25264]: "MAC verification failed during PKCS12 import (wrong password?)",
  [-25257]: "Unknown format in import.",
  [-26275]: "Unable to decode the provided data.",
  100002: "UNIX[No such file or directory]",
} as const;

export type Status = keyof typeof STATUS;

/** `security: FUNCTION: TEXT`. The exit code is the status's last byte, unless the command always ends with another. */
export function failed(what: string, status: Status, code = Number(status) & 255): Refusal {
  return new Refusal(code, `security: ${what}: ${STATUS[status]}`);
}
