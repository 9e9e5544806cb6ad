-- What a data team would write without Annals: the rows into a flat table, then into plain, normalised, indexed ones.
-- No history, no validation, no names, no timeline.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE locality (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT, country TEXT);
CREATE TABLE report (id INTEGER PRIMARY KEY, code TEXT UNIQUE, title TEXT, url TEXT, published TEXT, publisher INTEGER REFERENCES source (id));
CREATE TABLE event (id INTEGER PRIMARY KEY, code TEXT UNIQUE, title TEXT, locality INTEGER REFERENCES locality (id));
CREATE TABLE figure (
  id INTEGER PRIMARY KEY, code TEXT UNIQUE, event INTEGER REFERENCES event (id), measure TEXT, basis TEXT, unit TEXT, counts TEXT,
  low INTEGER, best INTEGER, high INTEGER, qualifier TEXT, text TEXT, start TEXT, "end" TEXT, precision TEXT, period_text TEXT,
  population TEXT, verification TEXT, rank TEXT, provisional TEXT, method TEXT);
CREATE TABLE place (figure INTEGER REFERENCES figure (id), locality INTEGER REFERENCES locality (id), role TEXT, extent TEXT);
CREATE TABLE attribution (figure INTEGER REFERENCES figure (id), source INTEGER REFERENCES source (id), role TEXT);
CREATE TABLE citation (figure INTEGER REFERENCES figure (id), report INTEGER REFERENCES report (id), excerpt TEXT);
.mode csv
.import rows.csv flat
BEGIN;
INSERT OR IGNORE INTO source (name) SELECT originator FROM flat UNION SELECT publisher FROM flat;
INSERT OR IGNORE INTO locality (code, name, country) SELECT DISTINCT locality_id, locality_name, country FROM flat;
INSERT OR IGNORE INTO report (code, title, url, published, publisher)
  SELECT report_id, report_title, report_url, published, s.id FROM flat JOIN source s ON s.name = publisher;
INSERT OR IGNORE INTO event (code, title, locality) SELECT event_id, event_title, l.id FROM flat JOIN locality l ON l.code = locality_id;
INSERT INTO figure (code, event, measure, basis, unit, counts, low, best, high, qualifier, text, start, "end", precision, period_text,
    population, verification, rank, provisional, method)
  SELECT figure_id, e.id, measure, basis, unit, counts, nullif(low, ''), nullif(best, ''), nullif(high, ''), qualifier, text,
    nullif(period_start, ''), nullif(period_end, ''), period_precision, period_text, population, verification, rank, provisional, method
  FROM flat JOIN event e ON e.code = event_id;
INSERT INTO place SELECT f.id, l.id, place_role, place_extent FROM flat JOIN figure f ON f.code = figure_id JOIN locality l ON l.code = locality_id;
INSERT INTO attribution SELECT f.id, s.id, 'originator' FROM flat JOIN figure f ON f.code = figure_id JOIN source s ON s.name = originator;
INSERT INTO citation SELECT f.id, r.id, excerpt FROM flat JOIN figure f ON f.code = figure_id JOIN report r ON r.code = report_id;
CREATE INDEX event_locality ON event (locality);
CREATE INDEX figure_event ON figure (event, start);
CREATE INDEX place_locality ON place (locality);
CREATE INDEX place_figure ON place (figure);
CREATE INDEX attribution_source ON attribution (source);
CREATE INDEX attribution_figure ON attribution (figure);
CREATE INDEX citation_report ON citation (report);
CREATE INDEX citation_figure ON citation (figure);
DROP TABLE flat;
COMMIT;
