import { useEffect, useRef } from "preact/hooks";
import { otherOf, type RoomState } from "@/lib/client/room_state.ts";
import { dayLabel, type Zone } from "./dates.ts";
import { Icon } from "./Icon.tsx";
import { type LogRow, logRows } from "./log_rows.ts";
import { Message, type MessageActions } from "./Message.tsx";
import { calledName } from "./PersonName.tsx";
import type { LogScroll } from "./use_log_scroll.ts";

/** What a message list shows, and how. */
export interface MessageListProps extends MessageActions {
  readonly state: RoomState;
  /** The last `seq` that had been read; null for no divider. */
  readonly unreadAfter: number | null;
  /** How many messages came in below the part that is seen. */
  readonly unseen: number;
  readonly now: number;
  readonly zone: Zone;
  readonly scroll: LogScroll;
  loadOlder(): void;
}

/** The log of a room. */
export function MessageList(props: MessageListProps) {
  const { state, unreadAfter, unseen, zone, scroll, loadOlder } = props;
  const rows = logRows(state, unreadAfter, zone);
  const longer = useChanged(state.messages[0]?.id);
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={scroll.box}
        onScroll={scroll.onScroll}
        role="log"
        aria-label={`Messages in ${state.room.name}`}
        // Old messages that are loaded are no news to be read out.
        aria-live={longer ? "off" : "polite"}
        tabIndex={0}
      >
        <div class="log-content">
          {state.more
            ? (
              <button type="button" class="button quiet older" onClick={loadOlder}>
                {state.loadingOlder ? "Loading…" : "Show older messages"}
              </button>
            )
            : <Beginning state={state} />}
          <ol>{rows.map((row) => <Row key={row.key} row={row} {...props} />)}</ol>
        </div>
      </div>
      {!scroll.atEnd && (
        <button type="button" class="to-end" onClick={scroll.toEnd}>
          <Icon name="down" />
          {unseen > 0 ? `${unseen} new` : <span class="sr-only">To the newest message</span>}
          {unseen > 0 && <span class="sr-only">message{unseen > 1 && "s"}, show</span>}
        </button>
      )}
    </div>
  );
}

function Row(props: MessageListProps & { row: LogRow }) {
  const { row, now, zone, state, retry, discard, open, react } = props;
  if (row.kind === "message") {
    const selfId = state.self.id;
    return <Message {...{ row, zone, selfId, retry, discard, open, react }} />;
  }
  if (row.kind === "unread") {
    return (
      <li class="divider unread">
        <span>New</span>
      </li>
    );
  }
  return (
    <li class="divider day">
      <time dateTime={new Date(row.ts).toISOString().slice(0, 10)}>
        {dayLabel(row.ts, now, zone)}
      </time>
    </li>
  );
}

/** Stands where the log begins. */
function Beginning({ state }: { state: RoomState }) {
  const { room, messages, pending } = state;
  const other = otherOf(state);
  const empty = messages.length + pending.length === 0;
  return (
    <div class="beginning" data-empty={empty ? "" : undefined}>
      <h2>{other ? `You and ${calledName(other)}` : room.name}</h2>
      <p>
        {empty ? "Nothing said yet — say hello." : "This is where the conversation begins."}
        {room.kind === "direct" && " Only the two of you can read it."}
      </p>
    </div>
  );
}

/** Whether `value` is another one than in the last render. */
function useChanged(value: unknown): boolean {
  const last = useRef(value);
  const changed = last.current !== value;
  useEffect(() => {
    last.current = value;
  });
  return changed;
}
