import { textParts } from "./text_parts.ts";

/** What somebody wrote, as text: its lines kept, its web addresses clickable, nothing else. */
export function RichText({ text }: { text: string }) {
  return (
    <p class="text" dir="auto">
      {textParts(text).map((part, i) =>
        typeof part === "string"
          ? part
          : (
            <a key={i} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
              {part.href}
            </a>
          )
      )}
    </p>
  );
}
