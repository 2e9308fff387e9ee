/** The secret parts of a job. They are asked for by name when a step needs them, and are never in the spec. */
export interface Materials {
  /** For the fetch step only. */
  git: { username: string; password: string };
  /** Secret variables and files, for install and web build. */
  environment: { secrets: Record<string, string>; files: Record<string, SecretFile> };
  /** For the step that signs only. */
  signing: SigningMaterial;
}

/** A secret that tools want as a file: the variable holds its path. */
export interface SecretFile {
  fileName: string;
  base64: string;
}

/** What a security profile holds: for one platform or for both. */
export interface SigningMaterial {
  android?: AndroidSigning;
  ios?: AppleSigning;
}

export interface AndroidSigning {
  fileName: string;
  keystoreBase64: string;
  storePassword: string;
  alias: string;
  keyPassword: string;
}

export interface AppleSigning {
  fileName: string;
  p12Base64: string;
  /** May be empty. */
  password: string;
  /** The app's own first, then those of its extensions. */
  provisioningProfiles: SecretFile[];
}

export type MaterialName = keyof Materials;

/** What the controller answers: the material, and the strings to mask before it is used. */
export interface MaterialReply<N extends MaterialName = MaterialName> {
  material: Materials[N];
  mask: string[];
}
