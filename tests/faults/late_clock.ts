/** The server, with a clock that is an hour behind: what a wrong clock, once set right, looks like. */
const now = Date.now;
Date.now = () => now() - 3_600_000;
await import("../../serve.ts");
