/** What tools send to Slack's incoming webhooks, read as plain text. */
import assert from "node:assert/strict";
import { hookBody, hookText } from "@/lib/hooks/slack.ts";

const CASES: { readonly what: string; readonly body: object; readonly text: string }[] = [
  {
    what: "a text is said as it is",
    body: { text: "Build 7 <b>passed</b> & shipped\nsecond line" },
    text: "Build 7 <b>passed</b> & shipped\nsecond line",
  },
  {
    what: "a link is its words and its address",
    body: { text: "see <https://ci.example/7|build 7> or <https://ci.example>", username: "ci" },
    text: "see build 7 (https://ci.example/7) or https://ci.example",
  },
  {
    what: "blocks are lines, and stand in for the text beside them",
    body: {
      text: "Deploy finished",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "Deploy" } },
        { type: "divider" },
        {
          type: "section",
          text: { type: "mrkdwn", text: "*web* is live" },
          fields: [{ type: "mrkdwn", text: "by ann" }, { type: "mrkdwn", text: "in 40 s" }],
        },
        { type: "context", elements: [{ type: "mrkdwn", text: "v1.2" }] },
        { type: "image", alt_text: "a graph", image_url: "https://x.example/g.png" },
      ],
    },
    text: "Deploy\n*web* is live\nby ann\nin 40 s\nv1.2\na graph",
  },
  {
    what: "rich text keeps its lines",
    body: {
      blocks: [{
        type: "rich_text",
        elements: [{
          type: "rich_text_section",
          elements: [
            { type: "text", text: "Fixed in " },
            { type: "link", url: "https://x.example/1", text: "#1" },
            { type: "text", text: "." },
          ],
        }],
      }],
    },
    text: "Fixed in #1 (https://x.example/1).",
  },
  {
    what: "an attachment is its title, text and fields",
    body: {
      text: "Alert",
      attachments: [{
        color: "danger",
        title: "Disk full",
        title_link: "https://m.example/a",
        text: "db1",
        fields: [{ title: "Free", value: "2 %", short: true }],
        fallback: "Disk full on db1",
        ts: 1700000000,
      }],
    },
    text: "Alert\nDisk full (https://m.example/a)\ndb1\nFree: 2 %",
  },
  {
    what: "an attachment that says nothing else has its fallback",
    body: { attachments: [{ fallback: "Something happened", image_url: "https://x.example/i" }] },
    text: "Something happened",
  },
  {
    what: "what is not as Slack has it is left out, not refused",
    body: { text: "ok", attachments: [{ title: 7, fields: "none" }], icon_emoji: ":ghost:" },
    text: "ok",
  },
];

for (const { what, body, text } of CASES) {
  Deno.test(what, () => assert.equal(hookText(hookBody.parse(body)), text));
}
