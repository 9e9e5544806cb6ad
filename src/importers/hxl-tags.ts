/** A hashtag with its attributes, as `#affected+killed+f` has them. */
export interface Tag {
  /** The column's name in the row. */
  column: string
  hashtag: string
  attributes: ReadonlySet<string>
}

/** Whether a text is a hashtag (HXL 1.1). What spreadsheets write for a cell that failed, such as #N/A, is none. */
const isTag = (text: string): boolean => /^#\s*\p{L}[\p{L}\p{N}_+\s-]*$/u.test(text)

/** A hashtag without its #, as HDX has some among the others of a row: `geo+lat`, `total`. It tags nothing. */
const BARE = /^[a-z][a-z0-9_]*(?:\+[a-z][a-z0-9_]*)*$/

/** Whether a row is one of hashtags: three in four of its filled cells are, and the others want nothing but the #. */
export function isTags(cells: readonly unknown[]): boolean {
  const filled = cells.map(cell => (typeof cell === 'string' ? cell.trim() : null)).filter(cell => cell !== '')
  const others = filled.filter(cell => cell === null || !isTag(cell))
  if (filled.length === 0 || filled.length < 4 * others.length) return false
  return others.every(cell => cell !== null && BARE.test(cell))
}

/** The tags that columns have in the row below them. null if that is no row of tags. */
export function tagsOf(header: readonly string[], row: readonly string[] | undefined): Tag[] | null {
  const cells = row ?? []
  if (!isTags(cells)) return null
  return header.flatMap((column, i) => {
    const text = cells[i]?.trim() ?? ''
    return isTag(text) ? [tagOf(column, text)] : []
  })
}

/** The tags that columns, or members, are themselves; a second column of the same is called `#adm1 (2)`. */
export const tagsAmong = (columns: readonly string[]): Tag[] =>
  columns.flatMap(column => {
    const text = column.replace(/ \(\d+\)$/, '')
    return isTag(text) ? [tagOf(column, text)] : []
  })

/** How IOM and others write codes; the attribute of HXL 1.1 is +code, with the scheme in another. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['pcode', 'v_pcode'],
  ['iso2', 'v_iso2'],
  ['iso3', 'v_iso3'],
])

function tagOf(column: string, text: string): Tag {
  const [hashtag = '', ...written] = text.toLowerCase().replace(/\s+/g, '').split('+')
  const attributes = written.flatMap(attribute => {
    const scheme = SCHEMES.get(attribute)
    return scheme ? ['code', scheme] : [attribute]
  })
  return { column, hashtag: hashtag === '#adm0' ? '#country' : hashtag, attributes: new Set(attributes) }
}

/** The column with this hashtag and these attributes, and the fewest others. */
export function columnOf(tags: readonly Tag[], hashtag: string, ...attributes: string[]): string | null {
  const fitting = tags
    .filter(tag => tag.hashtag === hashtag && attributes.every(attribute => tag.attributes.has(attribute)))
    .sort((a, b) => a.attributes.size - b.attributes.size)
  return fitting[0]?.column ?? null
}
