import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { csvHeader, csvLine } from '../../src/formats/csv.js'
import { toFlatRow } from '../../src/formats/flat.js'
import { ndjsonLine } from '../../src/formats/ndjson.js'
import type { FlatRow } from '../../src/model/flat-row.js'
import type { Documents } from '../../src/model/nouns.js'
import { generate } from './data.js'

const SERVICE = { rev: 1, recorded_at: '2026-01-01T00:00:00.000Z', recorded_by: 'bench' }

/** The files of a load: the localities as documents, and the same flat figure rows as NDJSON and as CSV. */
export interface FlatFiles {
  localities: string
  ndjson: string
  csv: string
}

/** Writes about `rows` flat figure rows, of events as the bench generates them. */
export async function writeFlatFiles(directory: string, rows: number): Promise<FlatFiles> {
  const files = {
    localities: join(directory, 'localities.ndjson'),
    ndjson: join(directory, 'rows.ndjson'),
    csv: join(directory, 'rows.csv'),
  }
  const localities = new Map<string, Documents['locality']>()
  const reports = new Map<string, Documents['report']>()
  const lines: string[] = []
  const csv = createWriteStream(files.csv)
  csv.write(csvHeader())

  async function* figures(): AsyncGenerator<string> {
    let event = { id: '', document: null as Documents['event'] | null }
    let written = 0
    for (const { noun, id, document } of generate(Math.ceil(rows / 2))) {
      if (noun === 'locality') {
        localities.set(id, document)
        lines.push(`${JSON.stringify({ noun, id, document })}\n`)
      } else if (noun === 'report') reports.set(id, document)
      else if (noun === 'event') event = { id, document }
      else if (noun === 'figure' && written < rows) {
        const row = flat(id, document, { id: event.id, ...event.document! })
        written += 1
        if (!csv.write(csvLine(row))) await once(csv, 'drain')
        yield ndjsonLine(row)
      }
    }
  }

  /** A row names one citation, one place and its originator: all that the plain tables hold too. */
  function flat(id: string, figure: Documents['figure'], event: Documents['event'] & { id: string }): FlatRow {
    return toFlatRow({ id, ...SERVICE, ...figure }, event, {
      locality: place => ({ id: place, ...localities.get(place)! }),
      countryOf: () => null,
      report: cited => ({ id: cited, ...reports.get(cited)! }),
    })
  }

  await pipeline(Readable.from(figures()), createWriteStream(files.ndjson))
  await new Promise<void>(resolve => csv.end(resolve))
  await pipeline(Readable.from(lines), createWriteStream(files.localities))
  return files
}
