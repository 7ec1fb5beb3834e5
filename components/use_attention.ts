/** Whether somebody looks at the page, and what came while nobody did. */
import { useEffect, useState } from "preact/hooks";

/** True while the page is visible and has the focus. On the server, and at first, it has. */
export function useAttention(): boolean {
  const [attentive, setAttentive] = useState(true);
  useEffect(() => {
    const end = new AbortController();
    const look = () => setAttentive(!document.hidden && document.hasFocus());
    const options = { signal: end.signal };
    document.addEventListener("visibilitychange", look, options);
    addEventListener("focus", look, options);
    addEventListener("blur", look, options);
    look();
    return () => end.abort();
  }, []);
  return attentive;
}

/** Writes "(3) " in front of the page's title; nothing for 0. */
export function useTitleCount(count: number): void {
  useEffect(() => {
    const plain = document.title.replace(/^\(\d+\) /, "");
    document.title = count > 0 ? `(${count}) ${plain}` : plain;
  }, [count]);
}
