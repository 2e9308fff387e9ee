import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ScrollScale } from "./scroll-scale.ts";

const FIRST_VIEW = 600;
const SETTLE_MS = 150;

export interface Scroller {
  box: RefObject<HTMLElement | null>;
  scale: ScrollScale;
  /** How far down the rows are, in pixels. */
  place: number;
  /** Where the box is scrolled to. */
  top: number;
  /** The height of what is seen. */
  view: number;
  /** Whether it stays at the end when more comes. */
  sticks: boolean;
  onScroll: () => void;
  scrollTo: (place: number) => void;
  toEnd: () => void;
  release: () => void;
}

/** Scrolls rows of `full` pixels altogether, of which only those that are seen are in the document. */
export function useScroller(full: number, sticksAtFirst: boolean): Scroller {
  const box = useRef<HTMLElement>(null);
  const [view, setView] = useState(FIRST_VIEW);
  const [at, setAt] = useState({ place: 0, top: 0 });
  const [sticks, setSticks] = useState(sticksAtFirst);
  const scale = new ScrollScale(full, view);
  const latest = useRef({ scale, at, view });
  latest.current = { scale, at, view };
  const settling = useRef<number | undefined>(undefined);

  const scrollTo = useCallback((place: number) => {
    const { scale } = latest.current;
    const element = box.current;
    if (!element) return;
    element.scrollTop = scale.topFor(place);
    const next = { place: scale.placeAt(scale.topFor(place)), top: element.scrollTop };
    latest.current.at = next;
    setAt((before) => (before.place === next.place && before.top === next.top ? before : next));
  }, []);
  const onScroll = useCallback(() => {
    const { scale, at: before, view } = latest.current;
    const top = box.current?.scrollTop ?? 0;
    if (Math.abs(top - before.top) < 1) return; // done by scrollTo
    const place = scale.moved(before.place, before.top, top, view);
    latest.current.at = { place, top };
    setAt({ place, top });
    setSticks(top >= scale.height - view - 2);
    window.clearTimeout(settling.current);
    if (scale.scaled) settling.current = window.setTimeout(() => scrollTo(latest.current.at.place), SETTLE_MS);
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (sticks) scrollTo(full);
    else if (Math.abs((box.current?.scrollTop ?? 0) - at.top) >= 1) scrollTo(at.place); // rows went, the box could not stay
  }, [full, view, sticks]);
  const toEnd = useCallback(() => {
    setSticks(true);
    scrollTo(Number.MAX_SAFE_INTEGER);
  }, []);
  const release = useCallback(() => setSticks(false), []);
  return { box, scale, ...at, view, sticks, onScroll, scrollTo, toEnd, release };
}
