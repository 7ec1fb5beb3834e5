import { Component } from "preact";
import { Avatar } from "./Avatar.tsx";
import { momentLabel, timeLabel, type Zone } from "./dates.ts";
import { Icon } from "./Icon.tsx";
import type { MessageRow } from "./log_rows.ts";
import { PersonName } from "./PersonName.tsx";
import { Reactions } from "./Reactions.tsx";
import { RichText } from "./RichText.tsx";

/** What can be done about messages. The same functions for as long as a page lives. */
export interface MessageActions {
  /** Sends a failed one again. */
  retry(txnId: string): void;
  /** Throws a failed one away. */
  discard(txnId: string): void;
  /** Shows what else can be done. */
  open(id: string): void;
  react(id: string, emoji: string, remove: boolean): void;
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
  readonly selfId: string;
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

/** A message that is changed is another object; what else a row shows is compared here. */
function sameRow(a: MessageRow, b: MessageRow): boolean {
  return a.from.nickname === b.from.nickname && a.from.avatar === b.from.avatar &&
    a.from.ownerId === b.from.ownerId &&
    a.key === b.key && a.opens === b.opens && a.status === b.status && a.ts === b.ts &&
    a.message === b.message && a.quote?.text === b.quote?.text && a.quote?.by === b.quote?.by &&
    a.pending?.failed === b.pending?.failed;
}

function Item({ row, zone, selfId, ...actions }: MessageProps) {
  const { from, own, opens, text, ts, status, pending, message, quote } = row;
  return (
    <li
      class="message"
      data-own={own ? "" : undefined}
      data-opens={opens ? "" : undefined}
      data-status={own ? status : undefined}
      data-deleted={message?.deleted && ""}
      data-txn={pending?.txnId}
      id={message && `m${message.seq}`}
    >
      {opens && !own && <Avatar user={from} />}
      <p class={opens && !own ? "message-by" : "sr-only"}>
        {own ? "You" : <PersonName user={from} />}
        <span class="sr-only">:</span>
      </p>
      <div class="bubble">
        {quote && !message?.deleted && (
          <blockquote class="quote">
            {quote.by && <cite>{quote.by}</cite>}
            <p>{quote.text}</p>
          </blockquote>
        )}
        <RichText text={text} />
        {message?.editedAt && (
          <small class="edited" title={momentLabel(message.editedAt, zone)}>edited</small>
        )}
      </div>
      <p class="message-side">
        <time dateTime={new Date(ts).toISOString()} title={momentLabel(ts, zone)}>
          {timeLabel(ts, zone)}
        </time>
        {own && <Status status={status} />}
        {message && !message.deleted && (
          <button
            type="button"
            class="message-more"
            aria-label="What to do with this message"
            aria-haspopup="dialog"
            onClick={() => actions.open(message.id)}
          >
            <Icon name="more" />
          </button>
        )}
      </p>
      {message?.reactions && <Reactions {...{ message, selfId }} react={actions.react} />}
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
