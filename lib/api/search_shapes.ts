/** The shapes of search; see shapes.ts. */
import { z } from "zod";
import { wellFormed } from "../protocol/text.ts";
import { message, pageQuery, room, roomParams } from "./shapes.ts";

export const searchQuery = z.object({
  q: wellFormed.max(200).refine((text) => text.trim() !== "", "names no word").meta({
    description:
      "Words that must all be there, whatever their case and accents; the last one may " +
      "be the beginning of one. Nothing in it is an operator.",
    example: "deploy frid",
  }),
  roomId: roomParams.shape.id.optional().meta({ description: "Only in this room." }),
  before: z.string().regex(/^\d{1,15}-\d{1,15}-\d{1,15}$/).optional().meta({
    description: "What the last page gave as `next`.",
  }),
  limit: pageQuery.shape.limit,
});

export const searchPage = z.object({
  hits: z.array(z.object({ message, room }).meta({ id: "Hit" })).meta({
    description: "Newest first.",
  }),
  next: z.string().optional().meta({
    description: "Ask for more with this as `before`; absent at the end.",
  }),
}).meta({ id: "SearchPage" });
