/**
 * What an incoming webhook is sent: `{text}`, or the body that tools send to Slack's incoming
 * webhooks (docs.slack.dev, "Sending messages using incoming webhooks"), as one plain text.
 */
import { z } from "zod";

const text = z.string().optional().catch(undefined);

const block: z.ZodType<Block> = z.object({
  type: z.string().optional().catch(undefined),
  text: z.union([z.string(), z.object({ text })]).optional().catch(undefined),
  title: z.object({ text }).optional().catch(undefined),
  alt_text: text,
  fields: z.array(z.object({ text })).optional().catch(undefined),
  get elements() {
    return z.array(block).optional().catch(undefined);
  },
  url: text,
});

interface Block {
  readonly type?: string;
  readonly text?: string | { readonly text?: string };
  readonly title?: { readonly text?: string };
  readonly alt_text?: string;
  readonly fields?: readonly { readonly text?: string }[];
  readonly elements?: readonly Block[];
  readonly url?: string;
}

const attachmentShape = z.object({
  pretext: text,
  author_name: text,
  title: text,
  title_link: text,
  text,
  fallback: text,
  fields: z.array(z.object({ title: text, value: text })).optional().catch(undefined),
  footer: text,
  blocks: z.array(block).optional().catch(undefined),
});

/** A webhook's body: at least one of the three. What else tools send to Slack is not minded. */
export const hookBody = z.object({
  text: z.string().optional().meta({ description: "What to say." }),
  blocks: z.array(block).max(100).optional().meta({ description: "As to Slack." }),
  attachments: z.array(attachmentShape).max(100).optional().meta({ description: "As to Slack." }),
}).meta({ id: "HookBody" });

/** The text that a body means, a line for each part; empty when it says nothing. */
export function hookText({ text = "", blocks, attachments }: z.output<typeof hookBody>): string {
  // Beside blocks Slack's `text` is what notifications show in their place.
  const parts = blocks?.length ? blocks.map(ofBlock) : [text];
  for (const { blocks, ...attachment } of attachments ?? []) {
    parts.push(...blocks?.length ? blocks.map(ofBlock) : [ofAttachment(attachment)]);
  }
  return withLinks(lines(parts));
}

function ofBlock(block: Block): string {
  const own = typeof block.text === "string" ? block.text : block.text?.text;
  const inner = (block.elements ?? []).map(ofBlock);
  return lines([
    block.title?.text,
    block.type === "link" && own !== undefined ? `${own} (${block.url})` : own ?? block.url,
    ...(block.fields ?? []).map(({ text }) => text),
    // What stands in one line of rich text is one line here, too.
    block.type === "rich_text_section" ? inner.join("") : lines(inner),
    own === undefined ? block.alt_text : undefined,
  ]);
}

function ofAttachment(attachment: Omit<z.output<typeof attachmentShape>, "blocks">): string {
  const { title, title_link: link, fields = [], text, fallback } = attachment;
  const said = lines([
    attachment.pretext,
    attachment.author_name,
    title && link ? `${title} (${link})` : title,
    text,
    ...fields.map(({ title, value }) => [title, value].filter(Boolean).join(": ")),
    attachment.footer,
  ]);
  return said === "" ? fallback ?? "" : said;
}

function lines(parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join("\n");
}

/** Slack writes links as `<address|words>`; here an address is a link by itself. */
function withLinks(text: string): string {
  return text.replace(
    /<((?:https?|mailto):[^|>\s]*)(?:\|([^>]*))?>/g,
    (_, address, words) => words && words !== address ? `${words} (${address})` : address,
  );
}
