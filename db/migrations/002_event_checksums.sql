-- The CRC-32 of an event's frame, as unsigned; NULL for events from before there were checksums.
ALTER TABLE events ADD COLUMN crc INTEGER;
