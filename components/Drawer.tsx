import type { ComponentChildren, RefObject } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon.tsx";

/** A panel over the page for narrow screens. The browser keeps the focus in it, Escape closes it. */
export function Drawer(
  { title, dialog, closed, children }: {
    title: string;
    /** To open it: `dialog.current?.showModal()`. */
    dialog: RefObject<HTMLDialogElement>;
    /** Called whenever it was closed, by whatever it was. */
    closed?: () => void;
    children: ComponentChildren;
  },
) {
  const close = () => dialog.current?.close();
  const id = useId();
  return (
    <dialog
      class="drawer"
      ref={dialog}
      aria-labelledby={id}
      onClose={closed}
      // The backdrop belongs to the dialog; whatever is in it lies in the inner box.
      onClick={(event) => event.target === event.currentTarget && close()}
    >
      <div class="drawer-box">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="button icon-only" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
