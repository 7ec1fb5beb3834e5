import { useEffect, useState } from "preact/hooks";
import { Head, IS_BROWSER } from "fresh/runtime";

export default function EchoBox({ path }: { path: string }) {
  const [log, setLog] = useState<string[]>([]);
  useEffect(() => {
    const ws = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")));
    ws.onmessage = (e) => setLog((l) => [...l, String(e.data)]);
    ws.onopen = () => ws.send("ping");
    return () => ws.close();
  }, [path]);
  return (
    <div class="echo">
      <Head>
        <title>{log.length > 1 ? `echo ${log.length}` : "Rooms"}</title>
      </Head>
      <span>{IS_BROWSER ? "browser" : "server"}</span>
      <ol>{log.map((l, i) => <li key={i}>{l}</li>)}</ol>
    </div>
  );
}
