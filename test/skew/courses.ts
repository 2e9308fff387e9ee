import { type Commands, Fleet, type Release } from "./fleet.ts";

/** What is changed while a build runs, in this order. */
export interface Course {
  name: string;
  from: Release;
  changes: readonly ["controller" | "agent", Release][];
  /** Said on the agent's host at the end. */
  atEnd?: readonly string[];
}

export const COURSES: readonly Course[] = [
  {
    name: "the controller is upgraded, then the agent",
    from: "older",
    changes: [
      ["controller", "newer"],
      ["agent", "newer"],
    ],
    atEnd: ["agent", "rotate-key"],
  },
  {
    name: "the agent is upgraded, then the controller",
    from: "older",
    changes: [
      ["agent", "newer"],
      ["controller", "newer"],
    ],
  },
  {
    name: "the agent goes back to the older release, and forward again",
    from: "newer",
    changes: [
      ["agent", "older"],
      ["agent", "newer"],
    ],
  },
];

const SHORT_MS = 500;

/**
 * One build goes on through all changes, and between them short ones are built by each pair of releases. Answers what went
 * wrong; `say` is told of each step, and `opened` of what is to be closed when it is broken off.
 */
export async function play(
  course: Course,
  commands: Commands,
  ms: number,
  say: (step: string) => void,
  opened: (fleet: Fleet) => void = () => {},
): Promise<string[]> {
  const problems: string[] = [];
  const fleet = await Fleet.open(commands, course.from);
  opened(fleet);
  const pair = () => `controller ${fleet.releases.controller}, agent ${fleet.releases.agent}`;
  const short = async () => {
    const wrong = await fleet.wrongIn(await fleet.begin(SHORT_MS));
    say(`${pair()}: ${wrong.length === 0 ? "built" : wrong.join("; ")}`);
    problems.push(...wrong.map((each) => `${pair()}: ${each}`));
  };
  try {
    const long = await fleet.begin(ms);
    await short();
    for (const [side, release] of course.changes) {
      if (!(await fleet.isRunning(long)))
        problems.push(`the long build had ended before the ${side} was changed: this host is slow, say LONG=300`);
      await (side === "controller" ? fleet.changeController(release) : fleet.changeAgent(release));
      await short();
    }
    const wrong = await fleet.wrongIn(long);
    say(`the build that went through it all: ${wrong.length === 0 ? "whole" : wrong.join("; ")}`);
    problems.push(...wrong);
    if (course.atEnd) {
      fleet.onHost(...course.atEnd);
      say(course.atEnd.join(" "));
      await short();
    }
  } catch (error) {
    problems.push(`${(error as Error).message}\n${fleet.tail()}`);
  } finally {
    problems.push(...(await fleet.close()));
  }
  return problems;
}
