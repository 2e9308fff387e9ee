/** The secret parts of a job. They are asked for by name when a step needs them, and are never in the spec. */
export interface Materials {
  /** For the fetch step only. */
  git: { username: string; password: string };
  /** Secret variables, for install and web build. */
  environment: { secrets: Record<string, string> };
  /** For the step that signs only. */
  signing: { android?: AndroidSigning };
}

export interface AndroidSigning {
  fileName: string;
  keystoreBase64: string;
  storePassword: string;
  alias: string;
  keyPassword: string;
}

export type MaterialName = keyof Materials;

/** What the controller answers: the material, and the strings to mask before it is used. */
export interface MaterialReply<N extends MaterialName = MaterialName> {
  material: Materials[N];
  mask: string[];
}
