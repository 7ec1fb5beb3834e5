/** What the forms of the home page do. */
import { HttpError } from "fresh";
import type { z } from "zod";
import { readBytes, readText } from "./body.ts";
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
  throw new ProtocolError("invalid_message", faultText(parsed.error));
}

/** What is wrong with what was typed, as a sentence. */
export function faultText({ issues: [issue] }: z.ZodError): string {
  const fault = issue?.message ?? "that can't be used";
  return `${fault[0]?.toUpperCase()}${fault.slice(1)}.`;
}

/** A form's fields are short; more than this is none of ours, in bytes. */
const MAX_FORM_BYTES = 65_536;

/**
 * The fields that a request brings.
 *
 * @throws {HttpError} 415 when it brings no form or 413 when it is too large
 */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new HttpError(415, "A form is expected here.");
  }
  const text = await readText(request, MAX_FORM_BYTES);
  if (text === undefined) throw new HttpError(413, "That form is too large.");
  return new URLSearchParams(text);
}

/**
 * The fields that a request brings, files among them.
 *
 * @param maxBytes of all fields together
 * @throws {HttpError} like {@link readForm}
 */
export async function readFileForm(request: Request, maxBytes: number): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  const bytes = await readBytes(request, maxBytes);
  if (bytes === undefined) throw new HttpError(413, "That file is too large.");
  try {
    return await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw new HttpError(415, "A form with a file is expected here.");
  }
}

/** The text of a form's field; empty when there is none. */
export function fieldText(form: URLSearchParams, name: string): string {
  return form.get(name) ?? "";
}

/** A path of this site to go on to; anything else leads home. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : "/";
}
