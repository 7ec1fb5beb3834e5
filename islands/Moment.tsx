/** When something was: as the reader's clock shows it, once there is a script. */
import { dayLabel, momentLabel, timeLabel } from "@/components/dates.ts";
import { useZone } from "@/components/use_zone.ts";

/** Both in Unix milliseconds. */
export interface MomentProps {
  readonly ts: number;
  /** The server's time: both sides must agree on what "today" is. */
  readonly now: number;
}

export default function Moment({ ts, now }: MomentProps) {
  const zone = useZone();
  return (
    <time dateTime={new Date(ts).toISOString()} title={momentLabel(ts, zone)}>
      {dayLabel(ts, now, zone)}, {timeLabel(ts, zone)}
      {zone === "utc" && " UTC"}
    </time>
  );
}
