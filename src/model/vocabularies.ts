/**
 * The controlled vocabularies, each value with its meaning. Declared once here: the schemas, the codelists that the
 * API serves and the CHECK constraints (held against these by a test) all follow. Lists are open: a value may be
 * added, none is ever renamed.
 */
export const vocabularies = {
  level: {
    country: 'A country or territory.',
    adm1: 'First administrative level: governorate, state, province.',
    adm2: 'Second administrative level: district, county.',
    adm3: 'Third administrative level: subdistrict.',
    settlement: 'A city, town or village.',
    neighbourhood: 'A part of a settlement.',
    site: 'A camp, base, crossing, hospital or other single site.',
  },
  name_kind: {
    official: 'The name that the place itself uses, in its script.',
    alias: 'Another name in use.',
    transliteration: 'The name written in another script.',
  },
  source_kind: {
    person: 'A named person.',
    government: 'A state authority at any level.',
    un_agency: 'The United Nations or one of its agencies.',
    igo: 'Another intergovernmental organisation.',
    ngo: 'A non-governmental organisation.',
    media: 'A newspaper, agency or broadcaster.',
    armed_group: 'A non-state armed group.',
    health_facility: 'A hospital, morgue or clinic.',
    research: 'A research group or dataset.',
    other: 'Anything else.',
  },
  reliability: {
    low: 'Often found wrong.',
    medium: 'Sometimes found wrong.',
    high: 'Rarely found wrong.',
  },
  event_kind: {
    conflict: 'Fighting between organised parties.',
    violence: 'Violence that is not fighting between organised parties.',
    disaster: 'A natural or technological hazard.',
    crisis: 'A longer situation with several causes.',
    other: 'Anything else.',
  },
  measure: {
    killed: 'Deaths.',
    injured: 'People wounded.',
    missing: 'People whose fate is unknown.',
    detained: 'People deprived of liberty.',
    casualties: 'Killed and injured, where the source does not separate them.',
    displaced: 'People or movements forced from their place.',
    evacuated: 'People moved away in an organised way.',
    returned: 'People who came back.',
    sheltered: 'People in shelters, camps or with hosts.',
    crossed_border: 'People who left the country.',
    affected: 'People affected, as the source defines it.',
    in_need: 'People in need of assistance, as the source defines it.',
    homes_destroyed: 'Dwellings that cannot be lived in again.',
    homes_damaged: 'Dwellings damaged.',
  },
  basis: {
    flow: 'Happened during the period.',
    stock: 'Stood so at a moment, the end of the period.',
    cumulative: 'Counted since an anchor date, the start of the period, up to its end.',
  },
  unit: {
    person: 'People.',
    household: 'Families or households; never converted to people.',
    dwelling: 'Buildings or homes.',
  },
  counts: {
    people: 'Distinct people.',
    movements: 'Movements; one person may be counted more than once.',
    unspecified: 'The source does not say.',
  },
  qualifier: {
    exactly: 'The source states a count.',
    approximately: '"some", "about", "close to".',
    at_least: '"at least", "no fewer than".',
    more_than: '"more than", "over".',
    at_most: '"up to", "as many as".',
    less_than: '"fewer than", "under".',
    between: 'A range: "6,000 to 8,000", or low, best and high of a dataset.',
    unqualified: 'A bare number in prose.',
    vague: 'Words without a number: "hundreds", "dozens".',
  },
  precision: {
    day: 'One calendar day.',
    week: 'Known to the week.',
    month: 'Known to the month.',
    year: 'Known to the year.',
    range: 'From one date to another, or open at one end.',
    unknown: 'No date was stated.',
  },
  reading: {
    throughout: 'Spread over the period.',
    within: 'Once, at an unknown time within the period.',
    as_of: 'At the end of the period.',
    since: 'From the start of the period on.',
  },
  extent: {
    exact: 'The locality itself.',
    and_surroundings: 'The locality and places around it that the source does not delimit.',
    part_of: 'A part of the locality.',
    unknown: 'The source does not say.',
  },
  place_role: {
    incident: 'Where it happened.',
    origin: 'Where people left from.',
    destination: 'Where people went.',
  },
  population: {
    civilian: 'Civilians only.',
    military: 'Government forces only.',
    armed_group: 'Members of a non-state armed group only.',
    mixed: 'The source says both civilians and others.',
    unknown: 'The source does not say.',
  },
  attribution_role: {
    originator: 'Whose number it is.',
    spokesperson: 'Who said it on the originator’s behalf.',
    relayer: 'Who passed it on.',
  },
  citation_role: {
    printing: 'The report prints the figure.',
    basis: 'The figure was worked out from the report, which need not print it.',
  },
  method: {
    count: 'Counted one by one.',
    registration: 'Registered.',
    assessment: 'Assessed in the field.',
    estimate: 'Estimated.',
    model: 'Computed by a model.',
    projection: 'Projected forward.',
    unspecified: 'The source does not say.',
  },
  verification: {
    unverified: 'Recorded as reported.',
    verified: 'A curator has checked it against its source.',
    contested: 'Other parties dispute it.',
    discounted: 'Shown to be wrong; kept for the record.',
  },
  rank: {
    preferred: 'A curator prefers it among its rivals.',
    normal: 'No choice was made.',
    deprecated: 'A curator advises against it.',
  },
  event_relation: {
    part_of: 'The first event is part of the second.',
    additional_to: 'The first happened besides the second and is not counted in it.',
    distinct_from: 'Not the same event.',
    overlaps: 'They share some of what happened.',
    same_as: 'A curator holds them to be one event.',
    caused_by: 'The second event led to the first.',
  },
  figure_relation: {
    revises: 'The originator replaced the second figure by the first.',
    part_of: 'The first figure is counted in the second.',
    additional_to: 'The first is not counted in the second.',
    derived_from: 'The first was computed from the second.',
  },
  asserted_by: {
    source: 'The report says so.',
    curator: 'A curator of this service says so.',
    system: 'This service derived it from the records.',
  },
  dimension: {
    population: 'Civilian, military and the like.',
    sex: 'Sex or gender.',
    age: 'Age groups.',
    other: 'Any other way of breaking a figure down.',
  },
  not_summed_reason: {
    separate_events: 'The figures belong to separate events.',
    rival_figures: 'Several figures describe one event; they are rivals, not parts.',
    measures_differ: 'The figures measure different things.',
    units_differ: 'Some count people, others households or dwellings.',
    bases_differ: 'Flows, stocks and cumulative counts are mixed.',
    populations_differ: 'The figures cover different populations.',
    places_differ: 'The figures are about different places.',
    extents_differ: 'The figures cover the locality to a different extent.',
    dates_differ: 'Stocks or cumulative counts are of different days, or of days that are not known.',
    periods_overlap: 'The periods of some figures overlap: the same people may be counted twice.',
    people_may_recur: 'One person can flee more than once: displacement flows count movements at most.',
    parts_included: 'Some figures are parts of others in the answer.',
    bounds_missing: 'Some figures bound only one side or give no number.',
  },
} as const

export type Vocabulary = keyof typeof vocabularies
export type Term<V extends Vocabulary> = keyof (typeof vocabularies)[V] & string

/** The values of a vocabulary, in declared order. */
export function terms<V extends Vocabulary>(name: V): Term<V>[] {
  return Object.keys(vocabularies[name]) as Term<V>[]
}
