import Type from 'typebox'

/** What `published_by` leaves out of an answer, which is asked for and nothing else. */
export const LeftOut = Type.Object(
  { undated_figures: Type.Integer() },
  { additionalProperties: false, description: 'What `published_by` could not place in time.' },
)
