/** What nobody can go below: Deno gives back each line and each datagram. */
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const datagrams = Deno.listenDatagram({ hostname: "127.0.0.1", port: 0, transport: "udp" });
console.log(JSON.stringify({ tcp: listener.addr.port, udp: datagrams.addr.port }));

async function echo(connection) {
  connection.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  for (let count; (count = await connection.read(buffer)) !== null;) {
    await connection.write(buffer.subarray(0, count));
  }
}

(async () => {
  for await (const [datagram, from] of datagrams) await datagrams.send(datagram, from);
})();
for await (const connection of listener) echo(connection).catch(() => connection.close());
