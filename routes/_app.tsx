/** The document around every page. */
import { asset } from "fresh/runtime";
import { define } from "@/define.ts";

const STYLES = [
  "fonts",
  "tokens",
  "base",
  "controls",
  "avatar",
  "home",
  "settings",
  "profile",
  "rooms",
  "search",
  "shell",
  "log",
  "composer",
];

export default define.page(function App({ Component, state }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          name="viewport"
          content="width=device-width, initial-scale=1, interactive-widget=resizes-content"
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#fbfaf6" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#14181f" media="(prefers-color-scheme: dark)" />
        <title>{state.title ? `${state.title} · Parley` : "Parley"}</title>
        <link rel="icon" href={asset("/favicon.svg")} type="image/svg+xml" />
        {/* A style sheet cannot name a file with its cache key, so the font's name has its version. */}
        <link
          rel="preload"
          href="/fonts/figtree-5.3-latin.woff2"
          as="font"
          type="font/woff2"
          crossOrigin="anonymous"
        />
        {STYLES.map((name) => (
          <link key={name} rel="stylesheet" href={asset(`/styles/${name}.css`)} />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <Component />
      </body>
    </html>
  );
});
