/** The live part of a room's page. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { openRoomClient } from "@/components/browser_chat.ts";
import { Composer, type Writing } from "@/components/Composer.tsx";
import { ConnectionBanner } from "@/components/ConnectionBanner.tsx";
import { Drawer } from "@/components/Drawer.tsx";
import { Members } from "@/components/Members.tsx";
import { nameOf } from "@/components/log_rows.ts";
import { MessageList } from "@/components/MessageList.tsx";
import { MessageMenu } from "@/components/MessageMenu.tsx";
import { calledName } from "@/components/PersonName.tsx";
import { RoomHeader } from "@/components/RoomHeader.tsx";
import { TypingLine } from "@/components/TypingLine.tsx";
import { useAttention, useTitleCount } from "@/components/use_attention.ts";
import { useLogScroll } from "@/components/use_log_scroll.ts";
import { useZone } from "@/components/use_zone.ts";
import type { MessageChange, RoomClient } from "@/lib/client/room_client.ts";
import { initialState, otherOf, type RoomState } from "@/lib/client/room_state.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import type { Message } from "@/lib/protocol/server_frames.ts";

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
  const [chosen, setChosen] = useState<string | null>(null);
  const [writing, setWriting] = useState<Writing | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
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

  // Rows are rendered again only when they change: what they call must find the client later, too.
  const current = useRef<RoomClient | null>(null);
  current.current = client;
  const [actions] = useState(() => ({
    retry: (txnId: string) => current.current?.retry(txnId),
    discard: (txnId: string) => current.current?.discard(txnId),
    open: setChosen,
    react: (id: string, emoji: string, remove: boolean) =>
      void change({ type: "react", id, emoji, remove }),
  }));

  async function change(wanted: MessageChange): Promise<boolean> {
    const problem = await current.current?.change(wanted) ?? null;
    setTrouble(problem);
    return problem === null;
  }

  async function send(text: string): Promise<void> {
    setWriting(null);
    if (writing?.kind === "edit") {
      const done = await change({ type: "edit", id: writing.id, text });
      // Nothing that was written is lost.
      if (!done) setWriting({ ...writing, text });
      return;
    }
    client?.send(text, writing?.id);
    forget();
    scroll.toEnd();
  }

  function write(kind: Writing["kind"], message: Message | undefined): void {
    if (message === undefined) return;
    setWriting({ kind, id: message.id, text: message.text, by: nameOf(state, message) });
  }

  async function leave(): Promise<void> {
    await client?.leave();
    location.assign("/");
  }

  const { room, members, self } = state;
  const menu = state.messages.find(({ id, deleted }) => id === chosen && !deleted);
  const ownLast = () =>
    state.messages.findLast(({ userId, deleted }) => userId === self.id && !deleted);
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
          {...actions}
        />
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}
            <button type="button" class="link" onClick={() => setTrouble(null)}>Close</button>
          </p>
        )}
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
              writing={writing}
              send={send}
              typing={() => client?.typing()}
              cancel={() => setWriting(null)}
              editLast={() => write("edit", ownLast())}
            />
          )}
      </main>
      <aside class="members" aria-labelledby="members-title">
        <h2 id="members-title">Here now</h2>
        <Members {...{ members, self }} />
      </aside>
      <MessageMenu
        message={menu}
        own={menu?.userId === self.id}
        moderates={room.kind === "group" && (room.role === "owner" || room.role === "admin")}
        react={(emoji) => menu && change({ type: "react", id: menu.id, emoji })}
        reply={() => write("reply", menu)}
        edit={() => write("edit", menu)}
        remove={() => menu && change({ type: "delete", id: menu.id })}
        close={() => setChosen(null)}
      />
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
