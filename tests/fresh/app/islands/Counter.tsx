import { useEffect, useState } from "preact/hooks";

export interface CounterProps {
  start: number;
  label?: string;
  when?: Date;
}
export default function Counter({ start, label, when }: CounterProps) {
  const [n, set] = useState(start);
  const [live, setLive] = useState(false);
  useEffect(() => setLive(true), []);
  return (
    <div
      class="counter"
      data-live={live}
      data-when={when instanceof Date ? when.toISOString() : "none"}
    >
      <span class="label">{label}</span>
      <output>{n}</output>
      <button type="button" onClick={() => set(n + 1)}>+</button>
    </div>
  );
}
