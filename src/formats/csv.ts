import { csvText } from '../domain/flat-cells.js'
import { FLAT_NAMES, type FlatRow } from '../model/flat-row.js'

export interface CsvOptions {
  /** For spreadsheets: a byte order mark before the header, and no text cell that a spreadsheet would run. */
  excel?: boolean
}

export type CsvCell = string | number | boolean | null

const BYTE_ORDER_MARK = '\uFEFF'

/** The header of the flat figure rows, RFC 4180, ended by CRLF. */
export function csvHeader(options: CsvOptions = {}): string {
  return tableHeader(FLAT_NAMES, options)
}

/** The header of any other table, ended by CRLF. */
export function tableHeader(columns: readonly string[], options: CsvOptions = {}): string {
  return `${options.excel ? BYTE_ORDER_MARK : ''}${columns.join(',')}\r\n`
}

/** One flat figure row, in the order of FLAT_NAMES, ended by CRLF. Null is an empty cell, an empty text is `""`. */
export function csvLine(row: FlatRow, options: CsvOptions = {}): string {
  const excel = options.excel === true
  let line = ''
  for (let i = 0; i < FLAT_NAMES.length; i++) {
    if (i > 0) line += ','
    const cell = row[FLAT_NAMES[i]!]
    if (cell === null) continue
    line += typeof cell === 'string' ? textCell(cell, excel) : cell
  }
  return `${line}\r\n`
}

/** One line of any other table: the cells in order, ended by CRLF. */
export function csvRecord(cells: readonly CsvCell[], options: CsvOptions = {}): string {
  const excel = options.excel === true
  let line = ''
  for (let i = 0; i < cells.length; i++) {
    if (i > 0) line += ','
    const cell = cells[i]!
    if (cell === null) continue
    line += typeof cell === 'string' ? textCell(cell, excel) : cell
  }
  return `${line}\r\n`
}

/** The text as it was before `excel` escaped it; any other text unchanged. */
export function unescapeExcel(cell: string): string {
  return cell.charCodeAt(0) === 0x27 && wouldRun(cell.slice(1)) ? cell.slice(1) : cell
}

const textCell = (text: string, excel: boolean) => csvText(excel && wouldRun(text) ? `'${text}` : text)

/**
 * Whether a spreadsheet may take the text for a formula: = + - @ tab CR LF (also = + - @ in full width, which some
 * locales read alike) at the start or after quotes and spaces, https://owasp.org/www-community/attacks/CSV_Injection.
 * Leading apostrophes are looked through, so that escaping an escaped text escapes it again and undoing it is exact,
 * while a name such as 'Anah, which nothing would run, stays as it is.
 */
function wouldRun(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x3d: // =
      case 0x2b: // +
      case 0x2d: // -
      case 0x40: // @
      case 0x09:
      case 0x0a:
      case 0x0d:
      case 0xff1d:
      case 0xff0b:
      case 0xff0d:
      case 0xff20:
        return true
      case 0x20: // space
      case 0xa0: // no-break space
      case 0x22: // "
      case 0x27: // '
        continue
      default:
        return false
    }
  }
  return false
}
