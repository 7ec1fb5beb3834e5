/** Frames that clients send (PROTOCOL §2), and the one place where they are checked. */
import { z } from "zod";
import { ProtocolError } from "./errors.ts";
import { emoji, messageText, userName, wellFormed } from "./text.ts";

/** Room ids are positive integers; their decimal text is accepted too, as it stands in a URL. */
export const roomId = z.union([
  z.int().positive(),
  z.string().regex(/^[1-9]\d{0,14}$/).transform(Number),
]);
const txnId = wellFormed.min(1).max(64);
const seq = z.int().nonnegative();
const base = { txnId: txnId.optional() };

function frames(maxTextLength: number) {
  const text = messageText(maxTextLength);
  return z.discriminatedUnion("type", [
    z.object({ ...base, type: z.literal("auth"), token: z.string().min(1).max(4096) }),
    z.object({
      ...base,
      type: z.literal("join"),
      roomId,
      username: userName.optional(),
      after: seq.optional(),
      epoch: z.string().max(64).optional(),
    }),
    z.object({ ...base, type: z.literal("message"), roomId, text, replyTo: z.uuid().optional() }),
    z.object({ ...base, type: z.literal("edit"), roomId, id: z.uuid(), text }),
    z.object({ ...base, type: z.literal("delete"), roomId, id: z.uuid() }),
    z.object({
      ...base,
      type: z.literal("react"),
      roomId,
      id: z.uuid(),
      emoji,
      remove: z.boolean().optional(),
    }),
    z.object({ ...base, type: z.literal("typing"), roomId }),
    z.object({ ...base, type: z.literal("read"), roomId, seq }),
    z.object({ ...base, type: z.literal("list"), roomId }),
    z.object({
      ...base,
      type: z.literal("history"),
      roomId,
      before: z.int().positive().optional(),
      limit: z.int().min(1).max(100).default(50),
    }),
    z.object({ ...base, type: z.literal("leave"), roomId }),
    z.object({ ...base, type: z.literal("ping") }),
  ]);
}

/** A checked command of a client. */
export type ClientFrame = z.infer<ReturnType<typeof frames>>;
/** One kind of client frame. */
export type ClientFrameOf<Type extends ClientFrame["type"]> = Extract<ClientFrame, { type: Type }>;
/** A client frame as a client writes it, before defaults are filled in. */
export type ClientFrameInput = z.input<ReturnType<typeof frames>>;

/** What became of a text frame: a command, or why not, with the `txnId` it carried if any. */
export type Parsed =
  | { frame: ClientFrame }
  | { error: ProtocolError; txnId?: string };

const envelope = z.looseObject({ type: z.unknown().optional(), txnId: z.unknown().optional() });

/**
 * A parser of client frames for texts of at most `maxTextLength` UTF-16 code units.
 * It never throws: whatever comes in, the answer is a frame or a documented error.
 * Fields that a type does not have are ignored.
 */
export function frameParser(maxTextLength: number): (text: string) => Parsed {
  const schema = frames(maxTextLength);
  const types = new Set(schema.options.map((option) => option.shape.type.value as string));

  return (text) => {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return { error: new ProtocolError("invalid_message", "A frame must be JSON.") };
    }
    const result = schema.safeParse(json);
    if (result.success) return { frame: result.data };
    const outer = envelope.safeParse(json);
    if (!outer.success) {
      return { error: new ProtocolError("invalid_message", "A frame must be one JSON object.") };
    }
    const id = txnId.safeParse(outer.data.txnId).data;
    const { type } = outer.data;
    if (typeof type === "string" && !types.has(type)) {
      return { error: new ProtocolError("unknown_type"), txnId: id };
    }
    return { error: new ProtocolError("invalid_message", sentence(result.error)), txnId: id };
  };
}

/** What is wrong with a frame, for a person. Rules of ours name what they are about. */
function sentence({ issues: [issue] }: z.ZodError): string {
  const text = issue?.message ?? "it is not valid";
  const named = /^the /.test(text) ? text : `${issue?.path.join(".") || "frame"}: ${text}`;
  return `${named[0]?.toUpperCase()}${named.slice(1)}.`;
}
