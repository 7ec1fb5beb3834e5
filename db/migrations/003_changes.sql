-- What an event is: `message`, or a change of one (`message_edited`, `message_deleted`, `reaction`).
ALTER TABLE events ADD COLUMN kind TEXT NOT NULL DEFAULT 'message';

-- All that happened to a message. Ids grow with time, so new entries go to the index's end.
CREATE INDEX events_id ON events (id);
