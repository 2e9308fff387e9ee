/** A tool that was found on the host. */
export interface Tool {
  /** node, npm, git, git-lfs, jdk, gradle, android-platform, android-build-tools, xcode */
  kind: string;
  version: string;
  path: string;
  /** Of an Xcode: `17A324`. */
  build?: string;
  /** Why builds can't use it. */
  lacking?: string;
  /** Of an Xcode: versions of its iOS SDKs. */
  sdks?: string[];
  beta?: boolean;
}
