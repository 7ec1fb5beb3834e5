import { Component } from "preact";
import { Avatar } from "./Avatar.tsx";
import { momentLabel, timeLabel, type Zone } from "./dates.ts";
import { Icon } from "./Icon.tsx";
import type { MessageRow } from "./log_rows.ts";
import { PersonName } from "./PersonName.tsx";
import { RichText } from "./RichText.tsx";

/** What the author of a failed message can do about it. */
export interface MessageActions {
  retry(txnId: string): void;
  discard(txnId: string): void;
}

const STATUS = {
  sending: { icon: "clock", label: "Sending" },
  sent: { icon: "check", label: "Sent" },
  failed: { icon: "alert", label: "Not sent" },
} as const;

/** One message, and what can be done about it. */
export interface MessageProps extends MessageActions {
  readonly row: MessageRow;
  readonly zone: Zone;
}

/** One message of the log. It is rendered again only when it changed: a log has hundreds. */
export class Message extends Component<MessageProps> {
  override shouldComponentUpdate({ row, zone }: MessageProps): boolean {
    return zone !== this.props.zone || !sameRow(row, this.props.row);
  }

  override render() {
    return <Item {...this.props} />;
  }
}

/** Text and author of a message never change, so the rest is what there is to compare. */
function sameRow(a: MessageRow, b: MessageRow): boolean {
  return a.from.nickname === b.from.nickname && a.from.avatar === b.from.avatar &&
    a.key === b.key && a.opens === b.opens && a.status === b.status && a.ts === b.ts &&
    a.pending?.failed === b.pending?.failed;
}

function Item({ row, zone, ...actions }: MessageProps) {
  const { from, own, opens, text, ts, status, pending } = row;
  return (
    <li
      class="message"
      data-own={own ? "" : undefined}
      data-opens={opens ? "" : undefined}
      data-status={own ? status : undefined}
      data-txn={pending?.txnId}
    >
      {opens && !own && <Avatar user={from} />}
      <p class={opens && !own ? "message-by" : "sr-only"}>
        {own ? "You" : <PersonName user={from} />}
        <span class="sr-only">:</span>
      </p>
      <div class="bubble">
        <RichText text={text} />
      </div>
      <p class="message-side">
        <time dateTime={new Date(ts).toISOString()} title={momentLabel(ts, zone)}>
          {timeLabel(ts, zone)}
        </time>
        {own && <Status status={status} />}
      </p>
      {pending?.failed !== undefined && <Failure pending={pending} {...actions} />}
    </li>
  );
}

function Status({ status }: { status: MessageRow["status"] }) {
  const { icon, label } = STATUS[status];
  return (
    <span class="message-status" title={label}>
      <Icon name={icon} />
      <span class="sr-only">{label}</span>
    </span>
  );
}

function Failure(
  { pending: { txnId, failed }, retry, discard }:
    & { pending: NonNullable<MessageRow["pending"]> }
    & MessageActions,
) {
  return (
    <div class="message-failure">
      <p>{failed}</p>
      <button type="button" class="link" onClick={() => retry(txnId)}>Try again</button>
      <button type="button" class="link" onClick={() => discard(txnId)}>Discard</button>
    </div>
  );
}
