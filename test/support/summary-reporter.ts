import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line that any reader understands, and names every test that was skipped with its reason. */
class SummaryReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    for (const module of modules) {
      if (module.state() === "failed" && [...module.children.allTests()].length === 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") counts.passed += 1;
        else if (result.state === "failed") counts.failed += 1;
        else {
          counts.skipped += 1;
          const note = result.state === "skipped" ? result.note : undefined;
          skipped.push(`skipped: ${test.fullName}: ${note ?? "no reason given"}`);
        }
      }
    }
    for (const line of skipped) console.log(line);
    console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  }
}

export default SummaryReporter;
