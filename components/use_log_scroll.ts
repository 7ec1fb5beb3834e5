/** Keeps the place of whoever reads a log that grows at both ends. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** What a scrolling log is given. */
export interface LogScroll {
  readonly box: RefObject<HTMLDivElement>;
  readonly onScroll: () => void;
  /** The newest message is in sight. */
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/** This close to an end, in pixels, counts as being there. */
const NEAR_END = 60;
const NEAR_START = 400;

/**
 * The box is laid out `column-reverse`, so the browser itself measures `scrollTop` from the end:
 * it starts there before any script runs, stays there when messages come or the window changes,
 * and older messages can be put in front without moving what is read. What is left to do is the
 * opposite case: new messages while somebody reads further up.
 *
 * @param lastKey changes when something is added at the end
 * @param nearStart called when the oldest message comes near
 */
export function useLogScroll(lastKey: string | undefined, nearStart: () => void): LogScroll {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const before = useRef({ height: 0, lastKey });

  useLayoutEffect(() => {
    const log = box.current;
    if (log === null) return;
    const grown = log.scrollHeight - before.current.height;
    if (!atEnd && lastKey !== before.current.lastKey) log.scrollTop -= grown;
    before.current = { height: log.scrollHeight, lastKey };
  });

  function onScroll(): void {
    const log = box.current;
    if (log === null) return;
    setAtEnd(log.scrollTop > -NEAR_END);
    const above = log.scrollHeight - log.clientHeight + log.scrollTop;
    if (above < NEAR_START && log.scrollTop < 0) nearStart();
  }

  function toEnd(): void {
    // At once: a message that comes during a smooth scroll would end it halfway.
    box.current?.scrollTo({ top: 0, behavior: "instant" });
  }

  return { box, onScroll, atEnd, toEnd };
}
