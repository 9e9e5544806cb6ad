import { test } from 'tap'
import {
  entryOf,
  type Materials,
  markReplaced,
  printedBy,
  replacementsIn,
  unreplaced,
} from '../../src/domain/timeline.js'
import { aFigureRecord, anEventRecord, aPeriod, aRelationRecord } from '../support/builders.js'

const entry = ({ relations = [], ...own }: Partial<Materials>) =>
  entryOf({
    event: anEventRecord(),
    match: 'event',
    figures: [],
    relations,
    replacements: replacementsIn(relations),
    part_of: [],
    retracted: new Map(),
    ...own,
  })

const citation = (report: string, qualifier: 'at_most' | 'exactly' | null, text: string | null = null) => ({
  report,
  role: 'printing' as const,
  excerpt: null,
  text,
  qualifier,
  locator: null,
})
const exactly = (best: number) => ({ ...aFigureRecord().value, low: best, best, high: best })
const revises = (from: string, to: string) => aRelationRecord({ id: `${from}-${to}`, from, to })

test('an event without figures is shown, and has no envelope', async t => {
  t.match(entry({}).entry, { id: 'fall', match: 'event', figures: [], envelopes: [], relations: [] })
  t.strictSame(entry({}).grounds.figures, [])
})

test('printings whose qualifier is not the figure’s own are its drift; silence is none', async t => {
  const citations = [citation('a', 'exactly'), citation('b', 'at_most', 'up to 500'), citation('c', null, 'some 500')]
  const [figure] = entry({ figures: [aFigureRecord({ citations })] }).entry.figures
  t.strictSame(figure!.drift, [{ report: 'b', qualifier: 'at_most', text: 'up to 500' }])
  t.strictSame(figure!.citations, citations)
})

test('figures stand in the order of their periods, then of their ids', async t => {
  const figures = [
    aFigureRecord({ id: 'z', period: aPeriod(null, null) }),
    aFigureRecord({ id: 'd' }),
    aFigureRecord({ id: 'c' }),
    aFigureRecord({ id: 'b', period: aPeriod('2015-05-15', null) }),
    aFigureRecord({ id: 'a', period: aPeriod(null, '2015-05-14') }),
  ]
  t.strictSame(
    entry({ figures }).entry.figures.map(({ id }) => id),
    ['a', 'c', 'd', 'b', 'z'],
  )
})

test('a revised number stands in the history of the one that replaced it, newest first', async t => {
  const figures = ['f1', 'f2', 'f3'].map((id, i) => aFigureRecord({ id, value: exactly(100 * (i + 1)) }))
  const { entry: shown, grounds } = entry({ figures, relations: [revises('f2', 'f1'), revises('f3', 'f2')] })
  t.strictSame(
    shown.figures.map(({ id, history }) => [id, history.map(figure => figure.id)]),
    [['f3', ['f2', 'f1']]],
  )
  t.match(shown.envelopes, [{ low: 300, high: 300, figures: 1 }])
  t.strictSame(grounds.figures, ['f3'])
  t.match(shown.figures[0]!.relations, [{ from: 'f3', to: 'f2', kind: 'revises' }])
})

test('a figure may replace several, and several may replace one', async t => {
  const figures = ['f1', 'f2', 'f3', 'f4'].map(id => aFigureRecord({ id }))
  const relations = [revises('f3', 'f1'), revises('f3', 'f2'), revises('f2', 'f1'), revises('f4', 'f1')]
  t.strictSame(
    entry({ figures, relations }).entry.figures.map(({ id, history }) => [id, history.map(figure => figure.id)]),
    [
      ['f3', ['f2', 'f1']],
      ['f4', ['f1']],
    ],
  )
})

test('a number says what replaced it where that is not shown; it bounds nothing and gives no grounds', async t => {
  const figures = ['f1', 'f2', 'f4', 'f5'].map(id => aFigureRecord({ id }))
  const relations = [revises('f3', 'f2'), revises('f2', 'f1'), revises('f6', 'f5')]
  const { entry: shown, grounds } = entry({ figures, relations })
  t.strictSame(
    shown.figures.map(({ id, history, replaced_by }) => [id, history.map(figure => figure.id), replaced_by]),
    [
      ['f2', ['f1'], ['f3']],
      ['f4', [], undefined],
      ['f5', [], ['f6']],
    ],
  )
  t.match(shown.envelopes, [{ figures: 1 }])
  t.strictSame(grounds.figures, ['f4'])
  t.strictSame(
    unreplaced(shown).map(({ id }) => id),
    ['f4'],
  )
})

test('several reports may say that a number was replaced: what replaced it is named once', async t => {
  const revises = ['x1', 'x2'].map(id => aRelationRecord({ id, report: id }))
  const [first, second] = ['f1', 'f2'].map(id => aFigureRecord({ id }))
  t.strictSame(markReplaced([first!, second!], revises), [{ ...first, replaced_by: ['f2'] }, second])
})

test('relations are shown at the record that they start from', async t => {
  const relations = [
    aRelationRecord({ id: 'a', of: 'event', kind: 'additional_to', from: 'fall', to: 'flight' }),
    aRelationRecord({ id: 'b', of: 'event', kind: 'caused_by', from: 'flight', to: 'fall' }),
    aRelationRecord({ id: 'c', of: 'figure', kind: 'part_of', from: 'f1', to: 'f9' }),
    aRelationRecord({ id: 'd', of: 'figure', kind: 'part_of', from: 'f9', to: 'f1' }),
  ]
  const { entry: shown } = entry({ figures: [aFigureRecord()], relations })
  t.strictSame(
    [shown.relations, shown.figures[0]!.relations].map(list => list.map(({ id }) => id)),
    [['a'], ['c']],
  )
})

test('an event and a figure of one id keep their relations apart', async t => {
  const figures = [aFigureRecord({ id: 'fall' })]
  const relations = [aRelationRecord({ of: 'figure', kind: 'part_of', from: 'fall', to: 'f9' })]
  const { entry: shown } = entry({ figures, relations })
  t.strictSame(shown.relations, [])
  t.equal(shown.figures[0]!.relations.length, 1)
})

test('what was retracted is marked with its reason, bounds nothing and is added to nothing', async t => {
  const figures = [aFigureRecord(), aFigureRecord({ id: 'f2', value: exactly(9000) })]
  const retracted = new Map([['figure f2', { reason: 'misread' }]])
  const { entry: shown, grounds } = entry({ figures, retracted })
  t.strictSame(
    shown.figures.map(({ id, retracted }) => [id, retracted]),
    [
      ['f1', undefined],
      ['f2', { reason: 'misread' }],
    ],
  )
  t.match(shown.envelopes, [{ high: 500, figures: 1 }])
  t.equal(grounds.figures.length, 1)
  t.notOk('retracted' in shown)
  const gone = entry({ retracted: new Map([['event fall', { reason: 'never happened' }]]) }).entry
  t.strictSame(gone.retracted, { reason: 'never happened' })
})

test('by a day a figure has the citations of what was printed by then', async t => {
  const figure = aFigureRecord({ citations: [citation('early', 'exactly'), citation('late', 'at_most')] })
  t.strictSame(
    printedBy(figure, new Set(['early'])).citations.map(({ report }) => report),
    ['early'],
  )
})
