/** What `/metrics` shows, in Prometheus' text format (PROTOCOL §4). */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type ErrorCode, ERRORS } from "./protocol/errors.ts";

/** Counters that the hot path adds to: plain numbers, read only when somebody asks. */
export class Metrics {
  messages = 0;
  framesSent = 0;
  slowClients = 0;
  datagramsDropped = 0;
  journalCommits = 0;
  archiveFlushes = 0;
  archiveEvents = 0;
  readonly #registry = new Registry();
  readonly #errors: Counter<"code">;
  readonly #commitSeconds: Histogram;

  constructor() {
    const registers = [this.#registry];
    this.#errors = new Counter({
      name: "parley_errors_total",
      help: "Errors told to clients, by code",
      labelNames: ["code"],
      registers,
    });
    // From the start, so that the first of a kind is seen as an increase.
    for (const code of Object.keys(ERRORS)) this.#errors.inc({ code }, 0);
    this.#commitSeconds = new Histogram({
      name: "parley_journal_commit_seconds",
      help: "Time of one group commit, until it is on disk",
      buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2],
      registers,
    });
    this.#derived("parley_messages_total", "Messages accepted", () => this.messages);
    this.#derived("parley_frames_sent_total", "Frames sent", () => this.framesSent);
    this.#derived(
      "parley_slow_clients_total",
      "Times a client fell behind",
      () => this.slowClients,
    );
    this.#derived(
      "parley_datagrams_dropped_total",
      "Datagrams that were garbage, too many, or not allowed",
      () => this.datagramsDropped,
    );
    this.#derived("parley_journal_commits_total", "Group commits", () => this.journalCommits);
    this.#derived("parley_archive_flushes_total", "Batches archived", () => this.archiveFlushes);
    this.#derived("parley_archive_events_total", "Events archived", () => this.archiveEvents);
  }

  /** Counts an error that a client was told. */
  error(code: ErrorCode): void {
    this.#errors.inc({ code });
  }

  /** Notes how long a group commit took. */
  journalCommit(seconds: number): void {
    this.journalCommits++;
    this.#commitSeconds.observe(seconds);
  }

  /** Shows a value that somebody else keeps. */
  gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value());
      },
    });
  }

  /** Everything, as Prometheus reads it. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #derived(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }
}
