-- The permanent history: each room's log, event by event.

CREATE TABLE logs (
  room_id INTEGER PRIMARY KEY,
  -- Names the log; a client resumes only within one epoch.
  epoch TEXT NOT NULL,
  -- Every event up to here is in `events`.
  archived_seq INTEGER NOT NULL
);

CREATE TABLE events (
  room_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  txn_id TEXT,
  -- Unix milliseconds.
  ts INTEGER NOT NULL,
  -- The frame as clients get it (JSON).
  payload TEXT NOT NULL,
  PRIMARY KEY (room_id, seq)
) WITHOUT ROWID;

-- A retry finds the first receipt of its txnId here, for ever.
CREATE UNIQUE INDEX events_txn ON events (room_id, user_id, txn_id) WHERE txn_id IS NOT NULL;

-- Copies of the directory, whose working set lives in Deno KV.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL
);

CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL
);
