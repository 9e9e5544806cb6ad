import type { Term } from '../model/vocabularies.js'
import type { BrokenRow, ForeignRow, GazetteerAdapter, GazetteerPlace } from './adapter.js'
import { type Cells, cellsOf } from './cells.js'
import { namesOf } from './gazetteer-names.js'
import { asName, asNote } from './wording.js'

const ESSENTIAL = ['wof_id', 'name', 'placetype', 'lat', 'lon', 'parent_id']

/** Placetypes (github.com/whosonfirst/whosonfirst-placetypes). In Iraq a region is a governorate, a county a district. */
const LEVELS: ReadonlyMap<string, Term<'level'>> = new Map(
  Object.entries<Term<'level'>>({
    country: 'country',
    dependency: 'country',
    region: 'adm1',
    county: 'adm2',
    localadmin: 'adm3',
    locality: 'settlement',
    borough: 'neighbourhood',
    macrohood: 'neighbourhood',
    neighbourhood: 'neighbourhood',
    microhood: 'neighbourhood',
    campus: 'site',
    venue: 'site',
  }),
)

/** Columns whose content other members hold. */
const HELD = ['wof_id', 'name', 'lat', 'lon', 'parent_id']
/** Codes of others, by scheme, and their columns. */
const OTHER_CODES = [
  ['geonames', 'geonames_id'],
  ['wikidata', 'wikidata_id'],
] as const
/** Names in one language (ISO 639-3); Arabic ones hold transliterations too, Kurdish is written in both scripts. */
const NAMES = /^names_([a-z]{3}|variant)$/

/** The language of a column of names as BCP 47 has it, by two letters where there are two; null for none. */
function languageOf(column: string): string | null {
  const [, code = 'variant'] = NAMES.exec(column) ?? []
  return code === 'variant' ? null : Intl.getCanonicalLocales(code)[0]!
}

/** Who's On First, as a table with a column of names for each language, parted by `|`. */
export const whosonfirst: GazetteerAdapter = {
  kind: 'places',
  name: 'whosonfirst',
  title: "Who's On First",
  container: 'csv',
  needs: ESSENTIAL,
  read,
}

function read(row: ForeignRow): GazetteerPlace | BrokenRow {
  const cells = cellsOf(row)
  const id = cells.required('wof_id')
  if (id !== '' && !/^\d+$/.test(id)) cells.blame('wof_id', 'bad_format', 'wof_id is not a number.')
  const name = asName(cells.required('name'))
  const point = cells.point('lat', 'lon')
  const placetype = cells.required('placetype')
  const level = LEVELS.get(placetype)
  if (!level && placetype !== '') cells.blame('placetype', 'not_in_list', `${placetype} is no kind of locality here.`)
  if (cells.problems.length > 0 || !level) return { line: row.line, problems: cells.problems }

  // the place that stands for one that was withdrawn has the same codes
  const others = isWithdrawn(cells) ? [] : OTHER_CODES
  const held = new Set([...HELD, ...others.map(([, column]) => column)])
  const parent = cells.code('parent_id')
  return {
    line: row.line,
    id: `whosonfirst:${id}`,
    place: {
      name,
      level,
      codes: {
        whosonfirst: id,
        ...Object.fromEntries(
          others.flatMap(([scheme, column]) => {
            const code = cells.code(column)
            return code ? [[scheme, code]] : []
          }),
        ),
      },
      names: namesOf(
        name,
        Object.keys(row.cells)
          .filter(column => NAMES.test(column))
          .flatMap(column => (cells.text(column)?.split('|') ?? []).map(text => labelled(text, languageOf(column)))),
      ),
      parents: [],
      point,
      note: asNote(
        Object.keys(row.cells)
          .filter(column => !held.has(column) && !NAMES.test(column))
          .map(column => [column, (column === 'is_current' ? currency(cells) : null) ?? cells.text(column)]),
      ),
    },
    // Negative ids stand for no parent, or several.
    containers: parent === null || parent.startsWith('-') ? [] : [{ level: null, codes: { whosonfirst: parent } }],
  }
}

/**
 * Whether an entry is no place of today: withdrawn, replaced by another, or gone. `uuuu` is a day that nobody knows; live
 * places have it, too.
 */
function isWithdrawn(cells: Cells): boolean {
  const deprecated = cells.text('deprecated') ?? ''
  const isDated = [deprecated, cells.text('cessation') ?? ''].some(date => /^\d/.test(date))
  const isReplaced = /\d{2}/.test(cells.text('superseded_by') ?? '')
  return isDated || isReplaced || (deprecated === 'uuuu' && cells.text('is_current') === '0')
}

/** `-1` is "not known", not a kind of no. */
const CURRENT: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ '1': '1 (current)', '0': '0 (not current)', '-1': '-1 (not known)' }),
)

const currency = (cells: Cells) => CURRENT.get(cells.text('is_current') ?? '') ?? null

function labelled(text: string, lang: string | null): { text: string; lang: string | null; kind: Term<'name_kind'> } {
  const latin = lang === 'ar' && !/\p{Script=Arabic}/u.test(text)
  return latin ? { text, lang: 'ar-Latn', kind: 'transliteration' } : { text, lang, kind: 'alias' }
}
