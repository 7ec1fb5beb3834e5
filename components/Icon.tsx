/** Strokes on a grid of 24. */
const PATHS = {
  alert: "M12 8v5m0 3.2v.1M12 3.5 2.8 19.5h18.4z",
  arrow: "M5 12h14m-6-6 6 6-6 6",
  back: "m14.5 5-7 7 7 7",
  check: "m5 12.5 4.5 4.5L19 7.5",
  clock: "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0",
  close: "m6 6 12 12M18 6 6 18",
  down: "M12 5v14m-6-6 6 6 6-6",
  leave: "M14 4h5v16h-5M4 12h11m-4-4 4 4-4 4",
  more: "M5 12h.1m6.9 0h.1m6.9 0h.1",
  people:
    "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7m-6 8c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5m.5-14.7a3.5 3.5 0 0 1 0 6.4m2.3 3.5c2 .9 3.2 2.6 3.2 4.8",
  plus: "M12 5v14M5 12h14",
  search: "m20.5 20.5-4.8-4.8M18 10.8a7.2 7.2 0 1 1-14.4 0 7.2 7.2 0 0 1 14.4 0",
  settings:
    "M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5m-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
  send: "M12 19V5m-6 6 6-6 6 6",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof PATHS;

/** A small drawing beside, or in place of, a label. The label is for its neighbour to give. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
