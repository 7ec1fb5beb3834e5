/** What the forms of the home page do. */
import type { z } from "zod";
import { ProtocolError } from "./protocol/errors.ts";

/** Which form went wrong, why, and what had been typed into it. */
export interface FormError {
  readonly field: "username" | "group" | "person";
  /** A sentence that says what to do. */
  readonly message: string;
  readonly value: string;
}

/**
 * A form field's checked value.
 *
 * @throws {ProtocolError} `invalid_message` with a sentence for the person who typed it
 */
export async function formValue<Value>(schema: z.ZodType<Value>, typed: string): Promise<Value> {
  const parsed = await schema.safeParseAsync(typed);
  if (parsed.success) return parsed.data;
  const fault = parsed.error.issues[0]?.message ?? "that can't be used";
  throw new ProtocolError("invalid_message", `${fault[0]?.toUpperCase()}${fault.slice(1)}.`);
}

/** The text of a form's field; empty when there is none, or a file. */
export function fieldText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** A path of this site to go on to; anything else leads home. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : "/";
}
