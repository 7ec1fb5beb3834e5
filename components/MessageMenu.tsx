import { useEffect, useRef, useState } from "preact/hooks";
import type { Message } from "@/lib/protocol/server_frames.ts";
import { Drawer } from "./Drawer.tsx";

/** What the menu of a message offers. */
export interface MessageMenuProps {
  /** The message that was chosen; none when the menu is closed. */
  readonly message: Message | undefined;
  readonly own: boolean;
  /** Whether whoever looks may delete what others wrote. */
  readonly moderates: boolean;
  react(emoji: string): void;
  reply(): void;
  edit(): void;
  remove(): void;
  close(): void;
}

const COMMON = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** All that can be done with one message: by mouse, by keyboard, by finger. */
export function MessageMenu(props: MessageMenuProps) {
  const { message, own, moderates, close } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [asking, setAsking] = useState(false);

  useEffect(() => {
    setAsking(false);
    if (message) dialog.current?.showModal();
    else dialog.current?.close();
  }, [message?.id]);

  function choose(act: () => void): void {
    dialog.current?.close();
    act();
  }

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const emoji = String(new FormData(form).get("emoji")).trim();
    form.reset();
    if (emoji !== "") choose(() => props.react(emoji));
  }

  return (
    <Drawer title="This message" dialog={dialog} closed={close}>
      {message && (
        <div class="message-menu">
          <p class="message-menu-text">{message.text}</p>
          <div class="message-menu-emoji" role="group" aria-label="React">
            {COMMON.map((emoji) => (
              <button
                key={emoji}
                type="button"
                class="reaction"
                aria-label={`React with ${emoji}`}
                onClick={() => choose(() => props.react(emoji))}
              >
                {emoji}
              </button>
            ))}
          </div>
          <form class="message-menu-other" onSubmit={submit}>
            <label for="other-emoji">Another emoji</label>
            <input id="other-emoji" name="emoji" type="text" maxLength={64} autocomplete="off" />
            <button type="submit" class="button">React</button>
          </form>
          <button type="button" class="button" onClick={() => choose(props.reply)}>Reply</button>
          {own && (
            <button type="button" class="button" onClick={() => choose(props.edit)}>Edit</button>
          )}
          {(own || moderates) && (asking
            ? (
              <button type="button" class="button danger" onClick={() => choose(props.remove)}>
                Delete it for everybody
              </button>
            )
            : (
              <button type="button" class="button" onClick={() => setAsking(true)}>Delete…</button>
            ))}
        </div>
      )}
    </Drawer>
  );
}
