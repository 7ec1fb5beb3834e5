/** The loads. */
import type { Job } from "./load/job.ts";

/** A load with a name. */
export interface Work {
  readonly name: string;
  readonly job: Omit<Job, "port" | "seconds">;
}

/** Rooms of three sizes with three loads each, and a light open load. */
export const WORKS: readonly Work[] = [
  ...[10, 100, 1000].flatMap((members) =>
    [1, 64, 256].map((inFlight) => ({
      name: `room-${members}-${inFlight}`,
      job: { rooms: [1], members, inFlight, batch: true },
    }))
  ),
  { name: "light", job: { rooms: [1], members: 10, inFlight: 0, rate: 50, batch: true } },
];
