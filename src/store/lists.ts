import type { Noun } from '../model/nouns.js'
import type { Filters, ListQuestion } from '../model/queries.js'
import { all, type Condition, conditions, currentAt, undated, withoutDates } from './filters.js'
import type { State } from './records.js'
import type { Prepare } from './statements.js'

/** A listed version: its bytes and, when it is no longer live, what became of it. */
export interface Listed {
  id: string
  state: State
  record: string
}

/** The conditions of a question on the version `v` of a noun and its revision `r`. */
export function asked<N extends Noun>(noun: N, question: ListQuestion<N>): Condition[] {
  const { filters, at, retracted, updated_since, ids } = question
  return [
    currentAt('v', at),
    ...(retracted ? [] : [{ sql: `v.state = 'live'`, values: [] }]),
    ...(updated_since === null ? [] : [{ sql: 'v.from_seq > ?', values: [updated_since] }]),
    ...(ids ? [{ sql: 'v.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] }] : []),
    ...conditions(noun, filters, at),
  ]
}

/** The join that conditions need which look into documents. */
export const documentJoin = ({ sql }: Condition): string =>
  /\br\./.test(sql) ? 'JOIN revision r ON r.seq = v.from_seq' : ''

export function openListReader(prepare: Prepare) {
  function counted(noun: Noun, conditions: readonly Condition[]): number {
    const where = all(conditions)
    const count = `SELECT count(*) AS n FROM ${noun} v ${documentJoin(where)} WHERE ${where.sql}`
    return prepare<{ n: number }>(count).get(...where.values)!.n
  }

  return {
    /** A page of the records that match, by id. */
    list<N extends Noun>(noun: N, question: ListQuestion<N>): Listed[] {
      const where = all([
        ...asked(noun, question),
        ...(question.after === null ? [] : [{ sql: 'v.id > ?', values: [question.after] }]),
      ])
      return prepare<Listed>(
        `SELECT v.id, v.state, r.record FROM ${noun} v JOIN log r ON r.seq = v.from_seq
         WHERE ${where.sql} ORDER BY v.id LIMIT +?`,
      ).all(...where.values, question.limit)
    },
    /** How many records match in all. */
    count: <N extends Noun>(noun: N, question: ListQuestion<N>): number => counted(noun, asked(noun, question)),
    /** Figures that have no dated report, which a question about publication leaves out. */
    undatedListed(question: ListQuestion<'figure'>): number {
      const { published_by: _, ...filters } = question.filters
      return counted('figure', [...asked('figure', { ...question, filters }), undated(question.at)])
    },
    /** Records of which no day is known, which a question about a window of time leaves out. */
    withoutDatesListed(noun: Noun, question: ListQuestion<Noun>): number {
      const { from: _, to: __, ...filters } = question.filters as Filters['event']
      return counted(noun, [...asked(noun, { ...question, filters }), withoutDates(noun)])
    },
  }
}
