import { usualUnit } from '../domain/units.js'
import type { Term } from '../model/vocabularies.js'
import type { Tag } from './hxl-tags.js'

/** What a column of numbers counts. */
export interface Counted {
  measure: Term<'measure'>
  basis: Term<'basis'>
  unit: Term<'unit'>
  population: Term<'population'>
}

type Meaning = [measure: Term<'measure'>, basis: Term<'basis'>]

/** Attributes of #affected by what they count (HXL 1.1 and its use in OCHA's, IOM's and UNHCR's datasets). */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    killed: ['killed', 'flow'],
    dead: ['killed', 'flow'],
    deaths: ['killed', 'flow'],
    fatalities: ['killed', 'flow'],
    injured: ['injured', 'flow'],
    wounded: ['injured', 'flow'],
    missing: ['missing', 'flow'],
    detained: ['detained', 'flow'],
    displaced: ['displaced', 'flow'],
    // Internally displaced persons are those who are displaced at a time, not those who flee during one.
    idps: ['displaced', 'stock'],
    evacuated: ['evacuated', 'flow'],
    returnees: ['returned', 'flow'],
    returned: ['returned', 'flow'],
    refugees: ['crossed_border', 'stock'],
    sheltered: ['sheltered', 'stock'],
  }),
)

/** What a hashtag counts without a word of MEANINGS. */
const WHOLES: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({ '#affected': ['affected', 'flow'], '#inneed': ['in_need', 'stock'] }),
)

/** Whether a column of this hashtag holds numbers of people or homes, of whatever kind. */
export const isCounting = ({ hashtag, attributes }: Tag): boolean =>
  WHOLES.has(hashtag) || (hashtag === '#indicator' && attributes.has('num'))

/** What a tag counts; null if it is no column of numbers of ours. */
export function countedBy({ hashtag, attributes }: Tag): Counted | null {
  const meaning = WHOLES.get(hashtag)
  if (!meaning) return null
  const named = hashtag === '#affected' ? [...attributes].filter(attribute => MEANINGS.has(attribute)) : []
  // Another word, such as +infected, +pct or +families, makes it another thing than that many people.
  const strange = [...attributes].some(attribute => !MEANINGS.has(attribute) && !QUALIFYING.test(attribute))
  if (named.length > 1 || strange) return null
  const [measure, basis] = MEANINGS.get(named[0] ?? '') ?? meaning
  return {
    measure,
    basis: attributes.has('cumulative') ? 'cumulative' : basis,
    unit: attributes.has('hh') || attributes.has('households') ? 'household' : 'person',
    population: attributes.has('civilian') || attributes.has('civilians') ? 'civilian' : 'unknown',
  }
}

/** Attributes that say whom or how a column counts, not what. */
const QUALIFYING =
  /^(?:ind|hh|households|people|persons|num|total|all|cumulative|civilians?|low|min|best|est|high|max|f|m|i|female|male|women|men|girls|boys|children|adults?|adolescents|elderly|infants|age_?\w*|v_\w+)$/

/** Low, best or high, for datasets that give a range in several columns. */
export function endOf({ attributes }: Tag): 'low' | 'best' | 'high' {
  if (attributes.has('low') || attributes.has('min')) return 'low'
  return attributes.has('high') || attributes.has('max') ? 'high' : 'best'
}

const SEX = /^(?:f|m|i|female|male)$/
const AGE = /^(?:children|adults?|adolescents|elderly|infants|age_?\w*)$/
const BOTH = /^(?:women|men|girls|boys)$/

/** The part of the whole that a column counts, by sex or age; null if it counts the whole. */
export function partOf({ attributes }: Tag): { dimension: 'sex' | 'age' | 'other'; category: string } | null {
  const sex = [...attributes].filter(attribute => SEX.test(attribute))
  const age = [...attributes].filter(attribute => AGE.test(attribute))
  const both = [...attributes].filter(attribute => BOTH.test(attribute))
  const category = [...sex, ...age, ...both].join('+')
  if (category === '') return null
  if (both.length > 0 || (sex.length > 0 && age.length > 0)) return { dimension: 'other', category }
  return { dimension: sex.length > 0 ? 'sex' : 'age', category }
}

/** The whole names that #indicator+name may have; anything else is not guessed at. */
const INDICATORS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries<Meaning>({
    ...Object.fromEntries(MEANINGS),
    affected: ['affected', 'flow'],
    'people affected': ['affected', 'flow'],
    'people killed': ['killed', 'flow'],
    'people injured': ['injured', 'flow'],
    'people missing': ['missing', 'flow'],
    'people displaced': ['displaced', 'flow'],
    'people evacuated': ['evacuated', 'flow'],
    'new displacements': ['displaced', 'flow'],
    'internal displacements': ['displaced', 'flow'],
    'internally displaced persons': ['displaced', 'stock'],
    idp: ['displaced', 'stock'],
    'people in need': ['in_need', 'stock'],
    'houses destroyed': ['homes_destroyed', 'flow'],
    'houses damaged': ['homes_damaged', 'flow'],
  }),
)

export function countedByIndicator(name: string): Counted | null {
  const meaning = INDICATORS.get(name.toLowerCase().replace(/\s+/g, ' ').trim())
  if (!meaning) return null
  const [measure, basis] = meaning
  return { measure, basis, unit: usualUnit(measure), population: 'unknown' }
}

/** Whether a column holds numbers that may be figures. */
export const isNumbers = (tag: Tag) =>
  countedBy(tag) !== null || (tag.hashtag === '#indicator' && tag.attributes.has('value'))
