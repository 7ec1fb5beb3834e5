-- Words of messages → where they are said. The texts themselves stay in `events`.

-- A row's id is a message's place: room_id << 32 | seq.
CREATE VIRTUAL TABLE message_search USING fts5 (
  text,
  content = '',
  contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2'
);

-- What a disk spoilt is found when it is read; there are no words in it.
INSERT INTO message_search (rowid, text)
  SELECT room_id << 32 | seq, frame ->> '$.message.text' FROM events
  WHERE kind = 'message' AND json_valid(frame)
  ORDER BY room_id, seq;

INSERT OR REPLACE INTO message_search (rowid, text)
  SELECT m.room_id << 32 | m.seq, c.frame ->> '$.text'
  FROM events c JOIN events m ON m.id = c.id AND m.room_id = c.room_id AND m.kind = 'message'
  WHERE c.kind = 'message_edited' AND json_valid(c.frame)
  ORDER BY c.room_id, c.seq;

-- Whatever comes into the archive can be found as it is now, and what leaves it can't any more.
CREATE TRIGGER message_is_searchable AFTER INSERT ON events WHEN NEW.kind = 'message' BEGIN
  INSERT INTO message_search (rowid, text)
    VALUES (NEW.room_id << 32 | NEW.seq, NEW.frame ->> '$.message.text');
END;

CREATE TRIGGER edit_is_searchable AFTER INSERT ON events WHEN NEW.kind = 'message_edited' BEGIN
  INSERT OR REPLACE INTO message_search (rowid, text)
    SELECT room_id << 32 | seq, NEW.frame ->> '$.text' FROM events
    -- By the index of ids: a room has many messages.
    WHERE id = NEW.id AND +room_id = NEW.room_id AND kind = 'message';
END;

CREATE TRIGGER deleted_is_not_searchable AFTER INSERT ON events
WHEN NEW.kind = 'message_deleted' BEGIN
  DELETE FROM message_search WHERE rowid IN (
    SELECT room_id << 32 | seq FROM events
    WHERE id = NEW.id AND +room_id = NEW.room_id AND kind = 'message'
  );
END;

CREATE TRIGGER purged_is_not_searchable AFTER DELETE ON events WHEN OLD.kind = 'message' BEGIN
  DELETE FROM message_search WHERE rowid = OLD.room_id << 32 | OLD.seq;
END;
