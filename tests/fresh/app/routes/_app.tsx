import { define } from "../utils.ts";

export default define.page(function App({ Component, state, url }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1.0" />
        <title>{state.title ?? "Edge chat"}</title>
        <link rel="stylesheet" href="/styles.css" />
      </head>
      <body data-path={url.pathname}>
        <Component />
      </body>
    </html>
  );
});
