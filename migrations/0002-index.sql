-- The index: derived from the log row by row, rebuilt from it at any time. One row per version of a record; a version
-- is current for the positions from_seq <= n < until_seq of the log (until_seq null: still). state: 'live', or what the
-- revision made of the record. quotes: which of its texts need quotation marks in CSV, a bit for each (store/quotes.ts),
-- so that exports need not look.
CREATE TABLE locality (
  from_seq  INTEGER PRIMARY KEY REFERENCES revision (seq),
  until_seq INTEGER REFERENCES revision (seq),
  id        TEXT    NOT NULL,
  rev       INTEGER NOT NULL,
  state     TEXT    NOT NULL CHECK (state = 'live' OR state = 'retracted' OR state = 'merged'),
  name      TEXT    NOT NULL,
  level     TEXT    NOT NULL CHECK (level = 'country' OR level = 'adm1' OR level = 'adm2' OR level = 'adm3' OR level = 'settlement' OR level = 'neighbourhood' OR level = 'site'),
  parent    TEXT,
  lat       REAL    CHECK (lat BETWEEN -90 AND 90),
  lon       REAL    CHECK (lon BETWEEN -180 AND 180),
  CHECK (until_seq > from_seq),
  CHECK ((lat IS NULL) = (lon IS NULL))
) STRICT;
CREATE UNIQUE INDEX locality_id ON locality (id, from_seq);

CREATE TABLE locality_name (
  key       INTEGER PRIMARY KEY,
  from_seq  INTEGER NOT NULL REFERENCES locality (from_seq),
  text      TEXT    NOT NULL,
  folded    TEXT    NOT NULL,
  -- the folded name without words such as town and district
  bare      TEXT    NOT NULL
) STRICT;
CREATE INDEX locality_name_folded ON locality_name (folded);
CREATE INDEX locality_name_bare ON locality_name (bare);
CREATE INDEX locality_name_from ON locality_name (from_seq);
CREATE VIRTUAL TABLE locality_name_search USING fts5 (folded, content = 'locality_name', content_rowid = 'key', tokenize = 'trigram');

CREATE TABLE locality_code (
  scheme    TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  from_seq  INTEGER NOT NULL REFERENCES locality (from_seq),
  PRIMARY KEY (scheme, value, from_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  from_seq  INTEGER PRIMARY KEY REFERENCES revision (seq),
  until_seq INTEGER REFERENCES revision (seq),
  id        TEXT    NOT NULL,
  rev       INTEGER NOT NULL,
  state     TEXT    NOT NULL CHECK (state = 'live' OR state = 'retracted' OR state = 'merged'),
  kind      TEXT    NOT NULL CHECK (kind = 'person' OR kind = 'government' OR kind = 'un_agency' OR kind = 'igo' OR kind = 'ngo' OR kind = 'media' OR kind = 'armed_group' OR kind = 'health_facility' OR kind = 'research' OR kind = 'other'),
  name      TEXT    NOT NULL,
  CHECK (until_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX source_id ON source (id, from_seq);

CREATE TABLE report (
  from_seq     INTEGER PRIMARY KEY REFERENCES revision (seq),
  until_seq    INTEGER REFERENCES revision (seq),
  id           TEXT    NOT NULL,
  rev          INTEGER NOT NULL,
  state        TEXT    NOT NULL CHECK (state = 'live' OR state = 'retracted' OR state = 'merged'),
  title        TEXT    NOT NULL,
  publisher    TEXT    NOT NULL,
  url          TEXT,
  quotes       INTEGER NOT NULL CHECK (quotes BETWEEN 0 AND 7),
  published    TEXT,
  -- the last day on which it may have been published; null: it has no date
  published_by TEXT,
  published_inferred INTEGER NOT NULL CHECK (published_inferred IN (0, 1)),
  CHECK (until_seq > from_seq)
) STRICT;
CREATE UNIQUE INDEX report_id ON report (id, from_seq);

CREATE TABLE event (
  from_seq  INTEGER PRIMARY KEY REFERENCES revision (seq),
  until_seq INTEGER REFERENCES revision (seq),
  id        TEXT    NOT NULL,
  rev       INTEGER NOT NULL,
  state     TEXT    NOT NULL CHECK (state = 'live' OR state = 'retracted' OR state = 'merged'),
  title     TEXT    NOT NULL,
  quotes    INTEGER NOT NULL CHECK (quotes BETWEEN 0 AND 7),
  kind      TEXT    NOT NULL CHECK (kind = 'conflict' OR kind = 'violence' OR kind = 'disaster' OR kind = 'crisis' OR kind = 'other'),
  locality  TEXT    NOT NULL,
  "start"   TEXT,
  "end"     TEXT,
  CHECK (until_seq > from_seq),
  CHECK ("start" <= "end")
) STRICT;
CREATE UNIQUE INDEX event_id ON event (id, from_seq);

-- A figure's row says all that a flat row says of the figure itself (domain/flat-cells.ts), so that whole exports read no
-- document. locality, place_role and place_extent are of its first place, report and excerpt of its first citation.
CREATE TABLE figure (
  from_seq         INTEGER PRIMARY KEY REFERENCES revision (seq),
  until_seq        INTEGER REFERENCES revision (seq),
  id               TEXT    NOT NULL,
  rev              INTEGER NOT NULL,
  state            TEXT    NOT NULL CHECK (state = 'live' OR state = 'retracted' OR state = 'merged'),
  event            TEXT    NOT NULL,
  measure          TEXT    NOT NULL CHECK (measure = 'killed' OR measure = 'injured' OR measure = 'missing' OR measure = 'detained' OR measure = 'casualties' OR measure = 'displaced' OR measure = 'evacuated' OR measure = 'returned' OR measure = 'sheltered' OR measure = 'crossed_border' OR measure = 'affected' OR measure = 'in_need' OR measure = 'homes_destroyed' OR measure = 'homes_damaged'),
  basis            TEXT    NOT NULL CHECK (basis = 'flow' OR basis = 'stock' OR basis = 'cumulative'),
  unit             TEXT    NOT NULL CHECK (unit = 'person' OR unit = 'household' OR unit = 'dwelling'),
  counts           TEXT    NOT NULL CHECK (counts = 'people' OR counts = 'movements' OR counts = 'unspecified'),
  low              INTEGER CHECK (low >= 0),
  best             INTEGER CHECK (best >= 0),
  high             INTEGER CHECK (high >= 0),
  qualifier        TEXT    NOT NULL CHECK (qualifier = 'exactly' OR qualifier = 'approximately' OR qualifier = 'at_least' OR qualifier = 'more_than' OR qualifier = 'at_most' OR qualifier = 'less_than' OR qualifier = 'between' OR qualifier = 'unqualified' OR qualifier = 'vague'),
  text             TEXT,
  "start"          TEXT,
  "end"            TEXT,
  period_precision TEXT    NOT NULL CHECK (period_precision = 'day' OR period_precision = 'week' OR period_precision = 'month' OR period_precision = 'year' OR period_precision = 'range' OR period_precision = 'unknown'),
  period_text      TEXT,
  locality         TEXT    NOT NULL,
  place_role       TEXT    NOT NULL CHECK (place_role = 'incident' OR place_role = 'origin' OR place_role = 'destination'),
  place_extent     TEXT    NOT NULL CHECK (place_extent = 'exact' OR place_extent = 'and_surroundings' OR place_extent = 'part_of' OR place_extent = 'unknown'),
  population       TEXT    NOT NULL CHECK (population = 'civilian' OR population = 'military' OR population = 'armed_group' OR population = 'mixed' OR population = 'unknown'),
  originator       TEXT,
  spokesperson     TEXT,
  report           TEXT    NOT NULL,
  excerpt          TEXT,
  citations        INTEGER NOT NULL CHECK (citations >= 1),
  verification     TEXT    NOT NULL CHECK (verification = 'unverified' OR verification = 'verified' OR verification = 'contested' OR verification = 'discounted'),
  "rank"           TEXT    NOT NULL CHECK ("rank" = 'preferred' OR "rank" = 'normal' OR "rank" = 'deprecated'),
  provisional      INTEGER NOT NULL CHECK (provisional IN (0, 1)),
  method           TEXT    NOT NULL CHECK (method = 'count' OR method = 'registration' OR method = 'assessment' OR method = 'estimate' OR method = 'model' OR method = 'projection' OR method = 'unspecified'),
  sic              INTEGER NOT NULL CHECK (sic IN (0, 1)),
  period_edtf      TEXT,
  period_inferred  INTEGER NOT NULL CHECK (period_inferred IN (0, 1)),
  places           INTEGER NOT NULL CHECK (places >= 1),
  quotes           INTEGER NOT NULL CHECK (quotes BETWEEN 0 AND 7),
  recorded_at      TEXT    NOT NULL,
  CHECK (until_seq > from_seq),
  CHECK ("start" <= "end")
) STRICT;
CREATE UNIQUE INDEX figure_id ON figure (id, from_seq);

CREATE TABLE relation (
  from_seq    INTEGER PRIMARY KEY REFERENCES revision (seq),
  until_seq   INTEGER REFERENCES revision (seq),
  id          TEXT    NOT NULL,
  rev         INTEGER NOT NULL,
  state       TEXT    NOT NULL CHECK (state = 'live' OR state = 'retracted' OR state = 'merged'),
  of          TEXT    NOT NULL CHECK (of = 'event' OR of = 'figure'),
  kind        TEXT    NOT NULL CHECK (kind = 'part_of' OR kind = 'additional_to' OR kind = 'distinct_from' OR kind = 'overlaps' OR kind = 'same_as' OR kind = 'caused_by' OR kind = 'revises' OR kind = 'derived_from'),
  from_id     TEXT    NOT NULL,
  to_id       TEXT    NOT NULL,
  asserted_by TEXT    NOT NULL CHECK (asserted_by = 'source' OR asserted_by = 'curator' OR asserted_by = 'system'),
  CHECK (until_seq > from_seq),
  CHECK (from_id <> to_id)
) STRICT;
CREATE UNIQUE INDEX relation_id ON relation (id, from_seq);

-- Every reference that a version makes, by what it refers to: filters, "what uses this", merges.
CREATE TABLE reference (
  role      TEXT    NOT NULL,
  target    TEXT    NOT NULL,
  from_seq  INTEGER NOT NULL REFERENCES revision (seq),
  PRIMARY KEY (role, target, from_seq)
) STRICT, WITHOUT ROWID;

-- What stands now, and only now: the events of a locality and of all places above it, in the order of a timeline.
-- duration groups periods by length, so that "overlaps this window" is a few narrow ranges of start.
-- whole is 0 where an event belongs here only through the place of some of its figures.
CREATE TABLE timeline (
  ancestor  TEXT    NOT NULL,
  duration  INTEGER NOT NULL CHECK (duration BETWEEN 0 AND 3),
  "start"   TEXT    NOT NULL,
  "end"     TEXT    NOT NULL,
  event     TEXT    NOT NULL,
  whole     INTEGER NOT NULL CHECK (whole IN (0, 1)),
  PRIMARY KEY (ancestor, duration, "start", "end", event)
) STRICT, WITHOUT ROWID;

-- The rows that an event has in the timeline, so that they can be taken out again.
CREATE TABLE timeline_event (
  event     TEXT    PRIMARY KEY,
  duration  INTEGER NOT NULL,
  "start"   TEXT    NOT NULL,
  "end"     TEXT    NOT NULL,
  ancestors TEXT    NOT NULL CHECK (json_valid(ancestors))
) STRICT, WITHOUT ROWID;

-- How many events the timeline of a place has, by duration and the month in which they start: a few rows say how many
-- there are in all, or before a day.
CREATE TABLE timeline_size (
  ancestor  TEXT    NOT NULL,
  duration  INTEGER NOT NULL,
  month     TEXT    NOT NULL,
  events    INTEGER NOT NULL CHECK (events >= 0),
  PRIMARY KEY (ancestor, duration, month)
) STRICT, WITHOUT ROWID;

-- The entries of timelines, ready to be sent: the JSON of one event with its figures, envelopes and relations, and what
-- an answer must know of them. Never untrue, but any may be missing: they are made when there is nothing else to do.
-- timeline_lacking: the events of timelines whose entries are yet to be made.
CREATE TABLE timeline_entry (
  key       INTEGER PRIMARY KEY,
  event     TEXT    NOT NULL UNIQUE,
  about     TEXT    NOT NULL CHECK (json_valid(about)),
  entry     TEXT    NOT NULL
) STRICT;

CREATE TABLE timeline_lacking (
  event     TEXT    PRIMARY KEY
) STRICT, WITHOUT ROWID;
