-- The permanent history: each room's log, event by event.

CREATE TABLE logs (
  room_id INTEGER PRIMARY KEY,
  -- Names the log: numbers mean something only within one epoch.
  epoch TEXT NOT NULL,
  -- Every event up to here is in `events`.
  archived_seq INTEGER NOT NULL
);

CREATE TABLE events (
  room_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  -- Of the message that the event is about: UUIDv7.
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  txn_id TEXT,
  -- Unix milliseconds.
  ts INTEGER NOT NULL,
  -- The event's frame as clients get it: JSON.
  frame TEXT NOT NULL,
  PRIMARY KEY (room_id, seq)
) WITHOUT ROWID;

-- A late retry finds the first receipt of its txnId here. By txn_id alone: clients send time-ordered
-- ones, so new entries go to the index's end. Not unique: what was acknowledged must be archived,
-- and a journal that was lost cannot know which ids it had seen.
CREATE INDEX events_txn ON events (txn_id) WHERE txn_id IS NOT NULL;

-- Never holds a row: inserting one ends a transaction that must not go through.
CREATE TABLE log_conflicts (
  room_id INTEGER,
  CONSTRAINT log_conflict CHECK (room_id IS NULL)
);

-- Copies of the directory, whose working set lives in Deno KV. `record` is JSON.

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  record TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  record TEXT NOT NULL
);
