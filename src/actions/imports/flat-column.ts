import { Refusal } from '../../domain/errors.js'
import { FLAT_COLUMNS } from '../../model/flat-row.js'
import type { Noun } from '../../model/nouns.js'

/** Which column of a flat row says what a member of a record says. */
const HELD: Partial<Record<Noun, readonly (readonly [RegExp, string])[]>> = {
  locality: [[/^\/name$/, 'locality_name']],
  report: [
    [/^\/(title|url)$/, 'report_$1'],
    [/^\/(publish\w+)$/, '$1'],
  ],
  event: [
    [/^\/title$/, 'event_title'],
    [/^\/locality$/, 'locality_id'],
    [/^\/period\/(\w+)$/, 'period_$1'],
  ],
  figure: [
    [/^\/event$/, 'event_id'],
    [/^\/period\/(\w+)$/, 'period_$1'],
    [/^\/places\/\d+\/locality$/, 'locality_id'],
    [/^\/places\/\d+\/(\w+)$/, 'place_$1'],
    [/^\/citations\/\d+\/report$/, 'report_id'],
    [/^\/citations\/\d+\/(\w+)$/, '$1'],
    [/^\/(?:value\/)?(\w+)$/, '$1'],
  ],
}

function columnOf(noun: Noun, pointer: string): string | null {
  const [member, column] = HELD[noun]?.find(([member]) => member.test(pointer)) ?? []
  const named = member ? pointer.replace(member, column!) : ''
  return Object.hasOwn(FLAT_COLUMNS, named) ? named : null
}

/** The refusal of a record that a flat row brings, its faults by the columns of the row as far as one holds them. */
export function inColumns(noun: Noun, { code, detail, faults, extra }: Refusal): Refusal {
  const told = faults.map(fault =>
    fault.pointer === undefined ? fault : { ...fault, pointer: columnOf(noun, fault.pointer) ?? fault.pointer },
  )
  return new Refusal(code, detail, told, extra)
}
