/** An export that failed; exit code 70. */
export class ExportFailure extends Error {
  readonly domain: string;
  readonly code: number;

  constructor(domain: string, code: number, text: string) {
    super(text);
    this.domain = domain;
    this.code = code;
  }

  /** As xcodebuild prints it. */
  printed(): string {
    const text = this.message;
    const info = `UserInfo={IDEDistributionIssueSeverity=3, NSLocalizedDescription=${text}}`;
    const error = `Error Domain=${this.domain} Code=${this.code} "${text}" ${info}`;
    return `error: exportArchive: ${text}\n\n${error}\n\n** EXPORT FAILED **\n`;
  }
}
