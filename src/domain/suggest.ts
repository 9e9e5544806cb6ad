/** Names longer than this are no slip of the pen, and comparing them costs time. */
const LONGEST = 64

/** The member of a fault that names the candidate which a word was most likely meant to be, if one is near. */
export function didYouMean(word: string, candidates: Iterable<string>): { did_you_mean?: string } {
  const near = nearest(word, candidates)
  return near === undefined ? {} : { did_you_mean: near }
}

function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined
  const folded = fold(word)
  let best: string | undefined
  let least = Math.max(1, Math.floor(folded.length / 3)) + 1
  for (const candidate of candidates) {
    const edits = distance(folded, fold(candidate))
    if (edits < least) [best, least] = [candidate, edits]
  }
  return best
}

/** `publishedBy`, `published-by` and `published_by` are one name written three ways. */
const fold = (name: string) => name.toLowerCase().replace(/[-_ ]/g, '')

/** Insertions, deletions, substitutions and swaps of neighbours that lead from a to b (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : substituted
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, substituted, swapped))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
