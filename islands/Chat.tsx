/** The live part of a room's page. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { openRoomClient } from "@/components/browser_chat.ts";
import { Composer } from "@/components/Composer.tsx";
import { ConnectionBanner } from "@/components/ConnectionBanner.tsx";
import { Drawer } from "@/components/Drawer.tsx";
import { Members } from "@/components/Members.tsx";
import { MessageList } from "@/components/MessageList.tsx";
import { calledName } from "@/components/PersonName.tsx";
import { RoomHeader } from "@/components/RoomHeader.tsx";
import { TypingLine } from "@/components/TypingLine.tsx";
import { useAttention, useTitleCount } from "@/components/use_attention.ts";
import { useLogScroll } from "@/components/use_log_scroll.ts";
import { useZone } from "@/components/use_zone.ts";
import type { RoomClient } from "@/lib/client/room_client.ts";
import { initialState, otherOf, type RoomState } from "@/lib/client/room_state.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";

/** What the page brings. */
export interface ChatProps {
  readonly snapshot: RoomSnapshot;
  /** The server's time in Unix milliseconds: both sides must agree on what "today" is. */
  readonly now: number;
}

/** A page open for weeks forgets what is older than this many messages, and can load it again. */
const KEPT = 400;
const TRIM_AT = 600;

export default function Chat({ snapshot, now }: ChatProps) {
  const [state, setState] = useState(() => initialState(snapshot));
  const [client, setClient] = useState<RoomClient | null>(null);
  const drawer = useRef<HTMLDialogElement>(null);
  const zone = useZone();
  const attentive = useAttention();
  const lastKey = state.pending.at(-1)?.txnId ?? state.messages.at(-1)?.id;
  const scroll = useLogScroll(lastKey, () => client?.loadOlder());
  const { unreadAfter, forget } = useUnreadMark(state, attentive);

  useLayoutEffect(() => {
    const { client, end } = openRoomClient(snapshot);
    client.subscribe(setState);
    setState(client.state);
    setClient(client);
    return end;
  }, []);

  // What stands before somebody's eyes has been read.
  const seen = attentive && scroll.atEnd;
  useEffect(() => {
    if (seen) client?.read(state.cursor);
    if (seen && state.messages.length > TRIM_AT) client?.trim(KEPT);
  }, [client, seen, state.cursor]);

  const unseen =
    state.messages.filter(({ seq, userId }) => seq > state.readSeq && userId !== state.self.id)
      .length;
  useTitleCount(attentive ? 0 : unseen);

  function send(text: string): void {
    client?.send(text);
    forget();
    scroll.toEnd();
  }

  async function leave(): Promise<void> {
    await client?.leave();
    location.assign("/");
  }

  const { room, members, self } = state;
  const other = otherOf(state);
  return (
    <div class="chat" data-link={state.link}>
      <main id="main" class="room">
        <RoomHeader
          state={state}
          showMembers={() => drawer.current?.showModal()}
          leave={leave}
        />
        <MessageList
          {...{ state, unreadAfter, unseen, zone, scroll }}
          now={zone === "utc" ? now : Date.now()}
          loadOlder={() => client?.loadOlder()}
          retry={(txnId) => client?.retry(txnId)}
          discard={(txnId) => client?.discard(txnId)}
        />
        <ConnectionBanner state={state} />
        <TypingLine typing={state.typing} />
        {room.archived
          ? (
            <p class="room-archived">
              This group is archived: it can be read, nothing new is said.
            </p>
          )
          : (
            <Composer
              to={other ? calledName(other) : room.name}
              enabled={client !== null && state.problem === null}
              send={send}
              typing={() => client?.typing()}
            />
          )}
      </main>
      <aside class="members" aria-labelledby="members-title">
        <h2 id="members-title">Here now</h2>
        <Members {...{ members, self }} />
      </aside>
      <Drawer title="Here now" dialog={drawer}>
        <Members {...{ members, self }} />
      </Drawer>
    </div>
  );
}

/**
 * Where the "new" divider stands: at what had been read when the page was opened, or when somebody
 * last looked away. There is none when nothing came meanwhile.
 */
function useUnreadMark({ readSeq, cursor }: RoomState, attentive: boolean) {
  const [mark, setMark] = useState(readSeq < cursor ? readSeq : 0);
  useEffect(() => {
    if (!attentive) setMark(readSeq);
    else setMark((mark) => mark < cursor ? mark : 0);
  }, [attentive]);
  // To somebody who was never here everything is new: a divider would say nothing.
  return { unreadAfter: mark > 0 ? mark : null, forget: () => setMark(0) };
}
