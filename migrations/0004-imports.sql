-- Loads of many rows: what was asked, how far it came, and what was wrong with which row.
CREATE TABLE import (
  id          TEXT PRIMARY KEY,
  actor       TEXT NOT NULL,
  key         TEXT,
  fingerprint TEXT,
  state       TEXT NOT NULL CHECK (state IN ('running', 'done', 'refused')),
  answer      TEXT NOT NULL CHECK (json_valid(answer)),
  started_at  TEXT NOT NULL,
  UNIQUE (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_problem (
  import  TEXT    NOT NULL REFERENCES import (id),
  number  INTEGER NOT NULL,
  problem TEXT    NOT NULL CHECK (json_valid(problem)),
  PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;
