-- The log: the truth that everything else is derived from. One row per accepted change, chained by hash:
--   hash = SHA-256('annals-log-v1' || x'00' || u64be(seq) || previous_hash || SHA-256(payload))
-- payload is RFC 8785 canonical JSON; the first row's previous_hash is 32 zero bytes.
-- A list of words is written out: for IN and more than two, SQLite makes a table of them at every insert.
CREATE TABLE revision (
  seq           INTEGER PRIMARY KEY,
  noun          TEXT    NOT NULL CHECK (noun = 'locality' OR noun = 'source' OR noun = 'report' OR noun = 'event' OR noun = 'figure' OR noun = 'relation'),
  id            TEXT    NOT NULL CHECK (length(id) BETWEEN 1 AND 128),
  rev           INTEGER NOT NULL CHECK (rev >= 1),
  op            TEXT    NOT NULL CHECK (op = 'create' OR op = 'revise' OR op = 'retract' OR op = 'merge'),
  into_id       TEXT    CHECK ((into_id IS NOT NULL) = (op = 'merge')),
  reason        TEXT    CHECK (reason IS NOT NULL OR op = 'create'),
  recorded_at   TEXT    NOT NULL,
  recorded_by   TEXT    NOT NULL,
  document      TEXT    NOT NULL,
  previous_hash BLOB    NOT NULL CHECK (length(previous_hash) = 32),
  hash          BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The log as it is read. payload: what the hash covers, in canonical JSON. record: what readers are served, the document
-- opened for the members that the service adds. A view, since columns computed in the table cost half of every insert.
CREATE VIEW log AS
SELECT *,
  '{"document":' || document || ',"id":' || json_quote(id) || ',"into":' || json_quote(into_id) ||
  ',"noun":' || json_quote(noun) || ',"op":' || json_quote(op) || ',"reason":' || json_quote(reason) ||
  ',"recorded_at":' || json_quote(recorded_at) || ',"recorded_by":' || json_quote(recorded_by) ||
  ',"rev":' || rev || '}' AS payload,
  '{"id":' || json_quote(id) || ',"rev":' || rev || ',"recorded_at":' || json_quote(recorded_at) ||
  ',"recorded_by":' || json_quote(recorded_by) || ',' || substr(document, 2) AS record
FROM revision;

-- REPLACE and UPSERT do not fire delete triggers; the position and the link refuse them on the way in.
CREATE TRIGGER revision_appends BEFORE INSERT ON revision
WHEN NEW.previous_hash IS NOT coalesce((SELECT hash FROM revision WHERE seq = NEW.seq - 1), iif(NEW.seq = 1, zeroblob(32), NULL))
  OR EXISTS (SELECT 1 FROM revision WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the log only grows at its end, linked to its last row'); END;

CREATE TRIGGER revision_keeps BEFORE UPDATE ON revision
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER revision_stays BEFORE DELETE ON revision
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
