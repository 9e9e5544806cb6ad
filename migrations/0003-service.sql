-- What the service needs besides the log: not derived from it, not part of the history of any figure.
CREATE TABLE api_key (
  name       TEXT PRIMARY KEY,
  key_id     TEXT NOT NULL UNIQUE,
  role       TEXT NOT NULL CHECK (role IN ('contributor', 'curator')),
  hash       TEXT NOT NULL CHECK (length(hash) = 64), -- SHA-256 of the secret, hex
  created_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;

-- The first answer to a request that carried an Idempotency-Key; committed with what it answers for.
CREATE TABLE idempotency (
  actor       TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  answer      TEXT NOT NULL CHECK (json_valid(answer)),
  at          TEXT NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

-- Made with the database and known to it alone: what seals cursors, so that a restart breaks no paging.
CREATE TABLE secret (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL CHECK (length(value) >= 32)
) STRICT, WITHOUT ROWID;
INSERT INTO secret (name, value) VALUES ('cursor', randomblob(32));
