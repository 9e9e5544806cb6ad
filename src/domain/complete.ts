import { type Documents, type Inputs, type Noun, nouns } from '../model/nouns.js'
import { admit } from './admit.js'
import { canonical } from './canonical.js'
import { Refusal } from './errors.js'
import { validate } from './validate.js'

/**
 * The canonical JSON of a document as it would be stored, if the document itself says all of it; null if the store has
 * to be asked, or if the document is refused: whoever asks the store is told why. References may still lead nowhere.
 */
export function complete(noun: Noun, body: unknown): string | null {
  try {
    const input = validate(nouns[noun].input, body) as Inputs[Noun]
    const document = admitted(noun, input)
    return document && canonical(document)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

function admitted(noun: Noun, input: Inputs[Noun]): Documents[Noun] | null {
  if (noun !== 'figure') return (admit[noun] as (input: Inputs[Noun]) => Documents[Noun])(input)
  const figure = input as Inputs['figure']
  if (figure.event == null || figure.new_event != null || figure.period == null || figure.places == null) return null
  return admit.figure(figure, figure.event)
}
