import { type BoundedMap, boundedMap } from '../actions/bounded-map.js'

/** A whole answer as it left, to be sent again for as long as it is true. */
export interface KeptAnswer {
  /** The log position that it was made from: true while its address is to be answered from that. */
  revision: number
  body: Buffer
  /** Its `Link` header: the next page, and where to cite it from. */
  link: string
}

const OVERHEAD = 500

/** Answers by media type and address, about `most` bytes of them. */
export const keepAnswers = (most: number): BoundedMap<KeptAnswer> =>
  boundedMap(most, ({ body }) => body.length + OVERHEAD)
