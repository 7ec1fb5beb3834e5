import { Head } from "fresh/runtime";
import { Ticker } from "../../islands/Ticker.tsx";

/** A page whose policy allows no inline code without a nonce. */
export default function Strict() {
  return (
    <>
      <Head>
        <style>{"body { margin: 0 }"}</style>
      </Head>
      <style>{".ticker { color: rgb(1, 2, 3) }"}</style>
      <script>document.title = String(42)</script>
      <Ticker start={1} />
    </>
  );
}
