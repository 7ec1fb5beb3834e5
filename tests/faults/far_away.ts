/** Two people who come in and stay, by each door: `far_away.ts URL TCP_PORT`. Run by `half_open.ts`. */
import { connect } from "node:net";
import { LineClient } from "../transport/line_client.ts";
import { Wire } from "../wire.ts";

const [url = "", port = ""] = Deno.args;
await Wire.join({ url }, "by socket");
const lines = new LineClient(connect(Number(port), new URL(url).hostname));
lines.send({ type: "join", roomId: 1, username: "by lines" });
