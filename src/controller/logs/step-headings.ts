import type { Heading } from "./outline-scanner.ts";

/** One attempt at a build: where its log begins, and the titles of the steps that its agent said it began, in order. */
export interface AttemptSteps {
  from: number;
  titles: readonly string[];
}

/**
 * The headings that are those of steps: one for each step that was begun, in their order, so that a build whose output has
 * lines like headings adds no step. Answers them by attempt.
 */
export function stepHeadings(headings: readonly Heading[], attempts: readonly AttemptSteps[]): Heading[][] {
  return attempts.map(({ from, titles }, index) => {
    const end = attempts[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    return ofAttempt(
      headings.filter(({ at }) => at >= from && at < end),
      titles,
    );
  });
}

/** From the front as long as each one is there; where the middle of a long log was left out, the rest from the back. */
function ofAttempt(headings: readonly Heading[], titles: readonly string[]): Heading[] {
  const front: Heading[] = [];
  let next = 0;
  for (const [index, heading] of headings.entries()) {
    if (heading.title !== titles[front.length]) continue;
    front.push(heading);
    next = index + 1;
  }
  const back: Heading[] = [];
  for (const heading of headings.slice(next).reverse()) {
    const missing = titles.length - front.length - back.length;
    if (missing > 0 && heading.title === titles[titles.length - 1 - back.length]) back.unshift(heading);
  }
  return [...front, ...back];
}
