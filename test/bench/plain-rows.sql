-- The flat rows out of the plain tables, as figures.csv has them; what the plain tables do not know is constant.
SELECT f.code AS figure_id, e.code AS event_id, e.title AS event_title, measure, basis, unit, counts, low, best, high, qualifier, text,
  start AS period_start, "end" AS period_end, precision AS period_precision, period_text, l.code AS locality_id, l.name AS locality_name,
  l.country, p.role AS place_role, p.extent AS place_extent, population, s.name AS originator, NULL AS spokesperson, pub.name AS publisher,
  r.code AS report_id, r.title AS report_title, r.url AS report_url, r.published, c.excerpt, 1 AS citations, verification, rank, provisional,
  method, 1 AS rev, '2026-01-05T09:00:00.000Z' AS recorded_at, 'false' AS sic,
  iif(start = "end", start, start || '/' || "end") AS period_edtf,
  'false' AS period_inferred, 'false' AS published_inferred, 1 AS places
FROM figure f
JOIN event e ON e.id = f.event
JOIN place p ON p.figure = f.id
JOIN locality l ON l.id = p.locality
JOIN attribution a ON a.figure = f.id
JOIN source s ON s.id = a.source
JOIN citation c ON c.figure = f.id
JOIN report r ON r.id = c.report
JOIN source pub ON pub.id = r.publisher
ORDER BY f.code
