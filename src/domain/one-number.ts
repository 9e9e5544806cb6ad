import type { Figure } from '../model/figure.js'

/** `revises` says that an originator replaced its own number; what differs in these is another number. */
export const OF_ONE_NUMBER = ['measure', 'unit', 'basis'] as const

/** The sources that a figure originates from. */
export const originatorsOf = ({ attribution }: Pick<Figure, 'attribution'>): string[] =>
  attribution.filter(({ role }) => role === 'originator').map(({ source }) => source)

const shareOriginator = (one: Figure, other: Figure): boolean =>
  originatorsOf(one).some(source => originatorsOf(other).includes(source))

/** In what two figures differ that are not one originator's number, at two times. */
export const unlikeness = (one: Figure, other: Figure): string[] => [
  ...(shareOriginator(one, other) ? [] : ['originator']),
  ...OF_ONE_NUMBER.filter(member => one[member] !== other[member]),
]
