import type { ComponentChildren } from "preact";

/** Something that could not be done. */
export interface Fault {
  readonly act: string;
  readonly message: string;
}

/** A form that posts one act to a page with several. It needs no script. */
export function ActForm(
  { act, to, children, fault, ...rest }: {
    readonly act: string;
    /** The page's address. */
    readonly to: string;
    readonly fault?: Fault;
    readonly class?: string;
    readonly children: ComponentChildren;
  },
) {
  return (
    <form method="post" action={to} {...rest}>
      <input type="hidden" name="act" value={act} />
      {children}
      {fault?.act === act && <p class="field-error" role="alert">{fault.message}</p>}
    </form>
  );
}
