import Type, { type TProperties, type TSchema } from 'typebox'
import type { Components } from '../http/openapi.js'
import { FLAT_COLUMNS } from '../model/flat-row.js'
import { LeftOut } from '../model/left-out.js'
import { nouns } from '../model/nouns.js'
import { CalendarDate, Closed, Count, Id, Nullable, OneOf } from '../model/schema.js'
import { Citation } from './citing.js'

/** A timeline as it is answered in JSON, for the description of the API; domain/timeline.ts makes it. */

const { locality, source, report, event, figure, relation } = nouns
const membersOf = (record: TSchema) => (record as TSchema & { properties: TProperties }).properties
const Text = Type.String()

const ComparablePlace = Closed({ locality: Id, role: OneOf('place_role'), extent: OneOf('extent') })

const Envelope = Closed(
  {
    measure: OneOf('measure'),
    unit: OneOf('unit'),
    basis: OneOf('basis'),
    population: OneOf('population'),
    places: Type.Array(ComparablePlace),
    as_of: Nullable(CalendarDate),
    anchor: Nullable(CalendarDate),
    low: Nullable(Count),
    high: Nullable(Count),
    figures: Type.Integer({ description: 'How many figures are comparable.' }),
    originators: Type.Integer({ description: 'How many independent voices they have.' }),
    preferred: Nullable(Id),
  },
  { description: 'What rival figures span together: bounds, never an estimate.' },
)

const Retracted = Type.Optional(Closed({ reason: Nullable(Text) }, { description: 'Shown on `include=retracted`.' }))

const TimelineFigure = Type.Object({
  ...membersOf(figure.record),
  drift: Type.Array(Closed({ report: Id, qualifier: OneOf('qualifier'), text: Nullable(Text) }), {
    description: 'Printings whose qualifier is not the figure’s own.',
  }),
  relations: Type.Array(relation.record),
  history: Type.Array(figure.record, { description: 'What its originator said before and replaced, newest first.' }),
  replaced_by: Type.Optional(
    Type.Array(Id, {
      minItems: 1,
      description: 'What its originator said later, where none of it is shown of this event. It is in no envelope.',
    }),
  ),
  retracted: Retracted,
})

const TimelineEvent = Type.Object({
  ...membersOf(event.record),
  match: Type.Enum(['event', 'figures', 'broader'], {
    description: 'Whether the event is of this place, only figures of it are, or it is of a place around it.',
  }),
  envelopes: Type.Array(Envelope),
  relations: Type.Array(relation.record),
  figures: Type.Array(TimelineFigure),
  retracted: Retracted,
})

const CELLS = { text: Text, date: CalendarDate, count: Type.Integer(), flag: Type.Boolean() }

const FlatRow = Closed(
  Object.fromEntries(Object.entries(FLAT_COLUMNS).map(([column, kind]) => [column, Nullable(CELLS[kind] as TSchema)])),
  { description: 'One figure as one row, on `shape=rows`.' },
)

const { counts, provisional, verification, rank } = membersOf(figure.record)
const { low, best, high, qualifier, text } = membersOf(membersOf(figure.record).value!)
const { edtf } = membersOf(membersOf(figure.record).period!)
const Series = Closed(
  {
    originators: Type.Array(Id),
    measure: OneOf('measure'),
    unit: OneOf('unit'),
    basis: Type.Enum(['stock', 'cumulative']),
    places: Type.Array(ComparablePlace),
    population: OneOf('population'),
    anchor: Nullable(CalendarDate),
    points: Type.Array(
      Closed({
        date: Nullable(CalendarDate),
        precision: OneOf('precision'),
        ...({ edtf, low, best, high, qualifier, text } as TProperties),
        figure: Id,
        event: Id,
        ...({ counts, provisional, verification, rank } as TProperties),
      }),
    ),
  },
  { description: 'What one originator said of one measure in one place over time, on `shape=series`.' },
)

export const Timeline = Closed({
  locality: locality.record,
  revision: Type.Integer({ description: 'The position of the log that the answer was made from.' }),
  total: Type.Null({ description: 'Always: separate events are not added.' }),
  not_summed: Closed({ statement: Text, reasons: Type.Array(OneOf('not_summed_reason')) }),
  left_out: Type.Optional(LeftOut),
  events: Type.Optional(Type.Array(TimelineEvent)),
  rows: Type.Optional(Type.Array(FlatRow)),
  series: Type.Optional(Type.Array(Series)),
  localities: Type.Record(Text, locality.record, { description: 'Every locality that is named above, by id.' }),
  sources: Type.Record(Text, source.record, { description: 'Every source, by id.' }),
  reports: Type.Record(Text, report.record, { description: 'Every report, by id.' }),
  next: Type.Union([Text, Type.Null()], { description: 'The address of the next page.' }),
  number_matched: Type.Integer({ description: 'How many events there are on all pages.' }),
  citation: Citation,
})

export const timelineComponents: Components = {
  Citation,
  Timeline,
  TimelineEvent,
  TimelineFigure,
  Envelope,
  FlatRow,
  Series,
}
