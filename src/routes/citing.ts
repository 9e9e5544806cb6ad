import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Citations, citeAnswer } from '../formats/bibliography.js'
import type { Licence } from '../formats/datapackage.js'
import { addLink, withParameters } from '../http/links.js'
import { Closed } from '../model/schema.js'
import type { Service } from './service.js'

const Text = Type.String()

export const LicenceList = Type.Array(
  Closed({
    name: Type.String({ description: 'An id such as CC-BY-4.0, where there is one.' }),
    title: Type.String({ description: 'As it is recorded.' }),
    path: Type.Optional(Type.String({ description: 'Where it can be read.' })),
  }),
  {
    description: 'The licences of the reports that the figures come from, each once. A report may have none on record.',
  },
)

/** How an answer says that it is to be cited. */
export const Citation = Closed(
  { text: Text, url: Text, licences: LicenceList },
  { description: 'How to cite this very answer: its address does not change any more.' },
)

/** The citation of the answer to a request, made from a position of the log. `path` is another address than its own. */
export function citationOf(
  { publicUrl }: Service,
  request: FastifyRequest,
  { title, revision, path }: { title: string; revision: number; path?: string },
): Citations {
  const settled = (parameters: URLSearchParams) => parameters.set('as_of', String(revision))
  const url = withParameters(request.url, settled, own => path ?? own)
  return citeAnswer({ title, url: `${publicUrl()}${url}`, revision })
}

/** The member `citation` of an answer. */
export const citationMember = ({ text, url }: Citations, licences: readonly Licence[]) => ({
  text,
  url,
  licences,
})

/** Says where an answer is to be cited from (RFC 8574), in every format. */
export function linkCitation(reply: FastifyReply, address: string): void {
  addLink(reply, address, 'cite-as')
}
