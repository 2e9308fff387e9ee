/** One entry of an Android keystore, the same for both formats. */
export interface KeystoreEntry {
  alias: string;
  kind: "key" | "certificate" | "secret";
  /** DER; that of the key comes first. */
  certificates: Buffer[];
  /** The private key as PKCS#8, or undefined when the password is wrong. Throws `Unreadable`. */
  openKey(password: string): Buffer | undefined;
}
