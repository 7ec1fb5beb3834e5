import { Ticker } from "../../islands/Ticker.tsx";

/** A page whose policy allows no inline script without a nonce. */
export default function Strict() {
  return (
    <>
      <style>{".ticker { color: rgb(1, 2, 3) }"}</style>
      <Ticker start={1} />
    </>
  );
}
