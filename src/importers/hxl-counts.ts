import { usualUnit } from '../domain/units.js'
import type { Term } from '../model/vocabularies.js'
import type { Tag } from './hxl-tags.js'

/** What a column of numbers counts. */
export interface Counted {
  measure: Term<'measure'>
  basis: Term<'basis'>
  /** It counts people where they are, not where or when something happened to them. */
  present: boolean
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
  WHOLES.has(hashtag) ||
  (hashtag === '#indicator' && attributes.has('num')) ||
  (hashtag === '#population' && [...attributes].some(attribute => MEANINGS.has(attribute)))

/** What a tag counts; null if it is no column of numbers of ours. */
export function countedBy({ hashtag, attributes }: Tag): Counted | null {
  const meaning = WHOLES.get(hashtag)
  if (!meaning) return null
  const isMeaning = (attribute: string) => hashtag === '#affected' && MEANINGS.has(attribute)
  const isKnown = (attribute: string) =>
    QUALIFYING.test(attribute) || isMeaning(attribute) || (hashtag === '#inneed' && GROUP.test(attribute))
  const named = [...attributes].filter(isMeaning)
  // Another word, such as +infected, +pct or +families, makes it another thing than that many people.
  if (named.length > 1 || ![...attributes].every(isKnown)) return null
  const [measure, basis] = MEANINGS.get(named[0] ?? '') ?? meaning
  return {
    measure,
    basis: attributes.has('cumulative') ? 'cumulative' : basis,
    present: basis === 'stock',
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

/** People in need who are a part of them all, as OCHA's plans count them. */
const GROUP = /^(?:idps|displaced|returnees|refugees|migrants|hosts?)$/
const SEX = /^(?:f|m|i|female|male)$/
const AGE = /^(?:children|adults?|adolescents|elderly|infants|age_?\w*)$/
const BOTH = /^(?:women|men|girls|boys)$/

type Dimension = 'population' | 'sex' | 'age' | 'other'

/** The part of the whole that a column counts, by sex, age or group; null if it counts the whole. */
export function partOf({ hashtag, attributes }: Tag): { dimension: Dimension; category: string } | null {
  const by = (dimension: Dimension, words: RegExp) => ({
    dimension,
    said: [...attributes].filter(attribute => words.test(attribute)),
  })
  const grouped = hashtag === '#inneed' ? [by('population', GROUP)] : []
  const parts = [...grouped, by('sex', SEX), by('age', AGE), by('other', BOTH)].filter(({ said }) => said.length > 0)
  if (!parts[0]) return null
  const category = parts.flatMap(({ said }) => said).join('+')
  return { dimension: parts.length > 1 ? 'other' : parts[0].dimension, category }
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
  return { measure, basis, present: basis === 'stock', unit: usualUnit(measure), population: 'unknown' }
}

/** Whether a column holds numbers that may be figures. */
export const isNumbers = (tag: Tag) =>
  countedBy(tag) !== null || (tag.hashtag === '#indicator' && tag.attributes.has('value'))
