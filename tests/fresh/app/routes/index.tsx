import { page } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "../utils.ts";
import Counter from "../islands/Counter.tsx";
import { Ticker } from "../islands/Ticker.tsx";
import EchoBox from "../islands/EchoBox.tsx";

/** Everything that could break out of a script, an attribute or a replacement. */
const NASTY = "</script><!-- \u2028 $& '\"";

export const handler = define.handlers({
  GET() {
    return page({ rooms: ["<lobby>", "dev & ops", 'q"uote'] }, { headers: { "x-page": "index" } });
  },
});

export default define.page<typeof handler>(function Home({ data }) {
  return (
    <main>
      <Head>
        <title>Rooms</title>
        <meta name="description" content="list of rooms" />
      </Head>
      <h1>Rooms</h1>
      <ul>{data.rooms.map((r) => <li key={r}>{r}</li>)}</ul>
      <Counter start={3} label={NASTY} when={new Date(0)} />
      <Ticker start={7} />
      <EchoBox path="/ws/echo" />
      <img src="/logo.svg" alt="logo" />
    </main>
  );
});
