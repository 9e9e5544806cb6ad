import type { Term } from '../model/vocabularies.js'

/** What a figure of a measure counts when its source names no unit: homes, or else people. */
export const usualUnit = (measure: Term<'measure'>): Term<'unit'> =>
  measure === 'homes_destroyed' || measure === 'homes_damaged' ? 'dwelling' : 'person'
