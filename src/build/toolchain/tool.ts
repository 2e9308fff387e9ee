/** A tool that was found on the host. */
export interface Tool {
  /** node, npm, git, jdk, gradle, android-platform, android-build-tools, xcode */
  kind: string;
  version: string;
  path: string;
}
