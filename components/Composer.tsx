import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./Icon.tsx";

/** Where a message is written. */
export interface ComposerProps {
  /** Whom or what it goes to. */
  readonly to: string;
  /** False until scripts run, and when nothing can be sent any more. */
  readonly enabled: boolean;
  send(text: string): void;
  typing(): void;
}

/** Enter sends, Shift+Enter begins a new line. */
export function Composer({ to, enabled, send, typing }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);

  // With a real keyboard at hand one can write at once. Whoever is elsewhere already stays there.
  useEffect(() => {
    const idle = document.activeElement === document.body;
    if (idle && matchMedia("(hover: hover) and (pointer: fine)").matches) field.current?.focus();
    if (field.current) fit(field.current);
  }, []);

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
      <label class="sr-only" for="composer">Message to {to}</label>
      <textarea
        id="composer"
        ref={field}
        rows={1}
        placeholder={`Message ${to}`}
        enterkeyhint="send"
        aria-describedby="composer-keys"
        onKeyDown={onKeyDown}
        onInput={onInput}
      />
      <button type="submit" class="send" disabled={!enabled} aria-label="Send">
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
