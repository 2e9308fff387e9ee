import { useEffect, useRef, useState } from "preact/hooks";
import type { BuildDetails } from "../../protocol/api.ts";
import { LogSource } from "./log-source.ts";

/** The log of a build. What comes is shown once a frame, however fast it comes. */
export function useLog(build: BuildDetails): LogSource | undefined {
  const [, setTurn] = useState(0);
  const source = useRef<LogSource | undefined>(undefined);
  useEffect(() => {
    let frame: number | undefined;
    const started = new LogSource(build, () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        setTurn((turn) => turn + 1);
      });
    });
    source.current = started;
    void started.start();
    return () => {
      started.stop();
      source.current = undefined;
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [build.id]);
  const known = `${build.status} ${build.steps.length}`;
  const first = useRef(known);
  useEffect(() => {
    if (first.current !== known) source.current?.update(build);
    first.current = known;
  }, [known]);
  return source.current;
}
