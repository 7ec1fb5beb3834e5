import type { PageProps } from "fresh";
import Described from "../islands/Described.tsx";

class Person {
  constructor(readonly name: string) {}
}

/** `?kind=…` gives an island what it cannot be given. */
export default function BadProps({ url }: PageProps) {
  const loop: unknown[] = [];
  loop.push(loop);
  const bad: Record<string, unknown> = {
    function: { deep: [() => 1] },
    class: new Person("Ann"),
    jsx: <b>hi</b>,
    cycle: loop,
  };
  return <Described value={bad[url.searchParams.get("kind") ?? ""]} />;
}
