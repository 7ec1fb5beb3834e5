import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./Icon.tsx";

/** What is written is no new message, or not only that. */
export interface Writing {
  readonly kind: "edit" | "reply";
  /** The message that is edited, or answered. */
  readonly id: string;
  readonly text: string;
  /** Who wrote it. */
  readonly by: string;
}

/** Where a message is written. */
export interface ComposerProps {
  /** Whom or what it goes to. */
  readonly to: string;
  /** False until scripts run, and when nothing can be sent any more. */
  readonly enabled: boolean;
  readonly writing: Writing | null;
  send(text: string): void;
  typing(): void;
  /** Ends what `writing` says. */
  cancel(): void;
  /** Edits one's last message. */
  editLast(): void;
}

/** Enter sends, Shift+Enter begins a new line. */
export function Composer(props: ComposerProps) {
  const { to, enabled, writing, send, typing, cancel, editLast } = props;
  const field = useRef<HTMLTextAreaElement>(null);

  // With a real keyboard at hand one can write at once. Whoever is elsewhere already stays there.
  useEffect(() => {
    const idle = document.activeElement === document.body;
    if (idle && matchMedia("(hover: hover) and (pointer: fine)").matches) field.current?.focus();
    if (field.current) fit(field.current);
  }, []);

  // What was begun before an edit comes back after it.
  const begun = useRef<string | null>(null);
  const edited = writing?.kind === "edit" ? writing : null;
  useLayoutEffect(() => {
    const input = field.current;
    if (input === null) return;
    if (edited) {
      begun.current ??= input.value;
      input.value = edited.text;
    } else if (begun.current !== null) {
      input.value = begun.current;
      begun.current = null;
    }
    fit(input);
  }, [edited?.id]);
  useEffect(() => {
    if (writing) field.current?.focus();
  }, [writing?.kind, writing?.id]);

  function submit(): void {
    const input = field.current;
    if (input === null || !enabled) return;
    input.focus();
    // Of the space around a text only the first line's indentation means something.
    const text = input.value.replace(/^(\s*\n)+/, "").trimEnd();
    if (text === "") return;
    send(text);
    input.value = "";
    fit(input);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape" && writing) return cancel();
    if (event.key === "ArrowUp" && !writing && field.current?.value === "") {
      event.preventDefault();
      return editLast();
    }
    // While an input method composes a character, Enter picks one.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  }

  function onInput({ currentTarget }: { currentTarget: HTMLTextAreaElement }): void {
    fit(currentTarget);
    if (currentTarget.value.trim() !== "") typing();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {writing && (
        <p class="writing" id="composer-writing">
          <span>{writing.kind === "edit" ? "Editing" : `Answering ${writing.by}`}</span>
          <q>{writing.text}</q>
          <button type="button" class="button icon-only" aria-label="Cancel" onClick={cancel}>
            <Icon name="close" />
          </button>
        </p>
      )}
      <label class="sr-only" for="composer">Message to {to}</label>
      <textarea
        id="composer"
        ref={field}
        rows={1}
        placeholder={`Message ${to}`}
        enterkeyhint="send"
        aria-describedby={writing ? "composer-writing composer-keys" : "composer-keys"}
        onKeyDown={onKeyDown}
        onInput={onInput}
      />
      <button type="submit" class="send" disabled={!enabled} aria-label={edited ? "Save" : "Send"}>
        <Icon name="send" />
      </button>
      <p id="composer-keys" class="composer-keys">
        <kbd>Enter</kbd> sends, <kbd>Shift</kbd> + <kbd>Enter</kbd> begins a new line
      </p>
    </form>
  );
}

/** As high as its text; CSS sets the bounds. */
function fit(input: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight}px`;
}
