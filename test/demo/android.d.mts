export function androidToolchain(): { kit?: string; lacking?: string };
export function describeApk(
  apk: string,
  kit?: string,
): Record<"package" | "versionCode" | "version" | "signer" | "signerSha256", string | undefined>;
export function badgingOf(apk: string, kit?: string): string;
