import type { ComponentChildren } from "preact";
import type { FormError } from "@/lib/forms.ts";

/** A form of one text field; it works without a script. */
export interface TextFormProps {
  readonly action: string;
  /** The field's name in the form. */
  readonly name: string;
  readonly label: string;
  readonly maxLength: number;
  readonly submit: ComponentChildren;
  readonly placeholder?: string;
  readonly autoComplete?: string;
  /** What went wrong with it last time. */
  readonly error?: FormError;
  /** Hidden fields, or a hint. */
  readonly children?: ComponentChildren;
}

/** See {@link TextFormProps}. */
export function TextForm(props: TextFormProps) {
  const { action, name, label, maxLength, placeholder, autoComplete, error, children } = props;
  const id = `field-${name}`;
  return (
    <form class="text-form" method="post" action={action}>
      <label for={id}>{label}</label>
      <div class="text-form-row">
        <input
          id={id}
          name={name}
          type="text"
          required
          maxLength={maxLength}
          placeholder={placeholder}
          autocomplete={autoComplete ?? "off"}
          defaultValue={error?.value}
          autofocus={error !== undefined}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
        />
        <button type="submit" class="button main">{props.submit}</button>
      </div>
      {error && <p id={`${id}-error`} class="field-error" role="alert">{error.message}</p>}
      {children}
    </form>
  );
}
