/** `Deno.serve` and nothing else: one constant JSON, the page that the first argument names. */
const page = Deno.readTextFileSync(Deno.args[0]);

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`ready at http://127.0.0.1:${port}`),
}, () => new Response(page, { headers: { "content-type": "application/json" } }));
