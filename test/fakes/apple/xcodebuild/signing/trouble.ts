/** Why a target can't be signed; its message is what Xcode prints after "error: ". */
export class SigningTrouble extends Error {
  readonly texts: readonly string[];

  constructor(...texts: string[]) {
    super(texts.join("\n"));
    this.texts = texts;
  }
}
