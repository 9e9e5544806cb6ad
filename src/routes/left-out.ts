import Type from 'typebox'

/** What `published_by` leaves out of an answer, which is asked for and nothing else. */
export const LeftOut = Type.Object(
  { undated_figures: Type.Integer() },
  { additionalProperties: false, description: 'What `published_by` could not place in time.' },
)

/** The member that says so; none where nothing was asked about publication. */
export const leftOut = (undated: number | null) => (undated === null ? {} : { left_out: { undated_figures: undated } })
