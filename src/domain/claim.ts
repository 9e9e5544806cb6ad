import type { Figure } from '../model/figure.js'
import { canonical } from './canonical.js'

/** What is said about a claim, and is not the claim. */
const BESIDE_THE_CLAIM = ['citations', 'method', 'note', 'provisional'] as const

/** Whether a curator has ranked a figure or said what is to be thought of it. */
export const isJudged = ({ rank, verification }: Pick<Figure, 'rank' | 'verification'>): boolean =>
  rank !== 'normal' || verification !== 'unverified'

/**
 * Whether a figure claims what it did, on all the evidence that it had; more may have been added behind it. The first
 * citation is the one that flat rows show.
 */
export function upholds(now: Figure, before: Figure): boolean {
  const kept = now.citations.slice(0, before.citations.length)
  return claimOf(now) === claimOf(before) && canonical(kept) === canonical(before.citations)
}

function claimOf(figure: Figure): string {
  const beside = Object.fromEntries(BESIDE_THE_CLAIM.map(member => [member, null]))
  return canonical({ ...figure, ...beside })
}
