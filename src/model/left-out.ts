import Type, { type Static } from 'typebox'
import { Closed } from './schema.js'

/** What an answer leaves out since nothing tells when it was. A member is there only where its time was asked about. */
export const LeftOut = Closed(
  {
    undated_figures: Type.Optional(
      Type.Integer({ description: 'With `published_by`: how many figures no dated report prints.' }),
    ),
    without_dates: Type.Optional(
      Type.Integer({
        description: 'With `from` or `to`: how many events, or records of a list, have no day that is known.',
      }),
    ),
  },
  { description: 'What could not be placed in time, and so is neither in the answer nor known to lie outside.' },
)
export type LeftOut = Static<typeof LeftOut>
