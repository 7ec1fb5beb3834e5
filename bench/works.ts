/** The loads. */
import type { Job } from "./load/job.ts";

/** A load with a name. */
export interface Work {
  readonly name: string;
  /** How many rooms there are. */
  readonly rooms: number;
  readonly job: Omit<Job, "port" | "seconds" | "rooms">;
  /**
   * The name of another load: this one is open, at half of the messages a second that the server
   * took there in the same run.
   */
  readonly halfOf?: string;
}

/**
 * Rooms of three sizes with three loads each, a light open load, and a thousand small rooms, as
 * fast as they go and at half of that.
 */
export const WORKS: readonly Work[] = [
  ...[10, 100, 1000].flatMap((members) =>
    [1, 64, 256].map((inFlight) => ({
      name: `room-${members}-${inFlight}`,
      rooms: 1,
      job: { members, inFlight, batch: true },
    }))
  ),
  { name: "light", rooms: 1, job: { members: 10, inFlight: 0, rate: 50, batch: true } },
  { name: "rooms-1000", rooms: 1000, job: { members: 10, inFlight: 1, batch: true } },
  {
    name: "rooms-1000-half",
    rooms: 1000,
    job: { members: 10, inFlight: 0, batch: true },
    halfOf: "rooms-1000",
  },
];
