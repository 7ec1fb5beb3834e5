import { App, csrf, HttpError, staticFiles } from "fresh";
import type { State } from "./utils.ts";

export const app = new App<State>();

app.use(staticFiles());
app.use((ctx) => {
  ctx.state.trail = ["main"];
  return ctx.next();
});
app.use(async (ctx) => {
  const res = await ctx.next();
  res.headers.set("x-app", "edge");
  return res;
});
app.use("/api", csrf());

app.get("/inline/:name", (ctx) => new Response(`hi ${ctx.params.name}`));
app.get("/inline-json", (ctx) => ctx.json({ route: ctx.route, trail: ctx.state.trail }));
app.get("/teapot", () => {
  throw new HttpError(418, "short and stout");
});
app.ws("/ws/echo", {
  open(socket) {
    socket.send("hello");
  },
  message(socket, event) {
    socket.send(`echo:${event.data}`);
  },
});
app.fsRoutes();
