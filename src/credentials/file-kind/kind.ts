/** What a file is that was given for another one. */
export interface FileKind {
  /** Goes after "It looks like". */
  what: string;
  /** How to come to a keystore from it: a sentence, with a command where there is one. */
  advice: string;
}

export interface Recognizer extends FileKind {
  /** `text` is the beginning, one character a byte. */
  fits(bytes: Buffer, text: string): boolean;
}

export const FROM_PEM =
  "Put key and certificate into one file: openssl pkcs12 -export -in CERTIFICATE.pem -inkey KEY.pem -name ALIAS -out release.p12";
export const NO_KEY = "Give the file that holds the private key together with its certificate.";
export const THE_KEYSTORE = "Give the keystore file itself.";
