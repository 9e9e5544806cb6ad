export interface Answer {
  /** What was asked: "Timeline of Ramadi". */
  title: string
  /** The address that gives this very answer again, with its `as_of`. */
  url: string
  /** The position of the log that it was made from. */
  revision: number
}

export interface Citations {
  text: string
  url: string
  /** Made when they are asked for: most answers leave without them. */
  readonly bibtex: string
  readonly csl_json: CslItem
}

/** An item of CSL-JSON, https://docs.citationstyles.org/en/stable/specification.html, as much of it as is used here. */
interface CslItem {
  id: string
  type: 'dataset'
  title: string
  author: { literal: string }[]
  version: string
  URL: string
}

const SERVICE = 'Annals'

/**
 * How to cite an answer: as a sentence, as BibTeX and as CSL-JSON. The figures in it belong to their own reports. The day
 * on which it was read is left to the reader.
 */
export function citeAnswer({ title, url, revision }: Answer): Citations {
  return {
    text: `${SERVICE}. ${title}. Revision ${revision}. ${url}.`,
    url,
    get bibtex() {
      return bibtex(keyOf(url, revision), [
        ['author', `{${SERVICE}}`],
        ['title', `{${escapeTex(title)}}`],
        ['version', `${revision}`],
        ['note', `Revision ${revision}`],
        ['url', url.replace(/[{}\\]/g, encodeURIComponent)],
      ])
    },
    get csl_json() {
      return {
        id: keyOf(url, revision),
        type: 'dataset',
        title,
        author: [{ literal: SERVICE }],
        version: `${revision}`,
        URL: url,
      } as const satisfies CslItem
    },
  }
}

/** `annals-localities-iq-ramadi-timeline-412`: the address without what every address shares, and the revision. */
function keyOf(url: string, revision: number): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.delete('as_of')
  const path = pathname.replace(/^.*?\/v1\//, '')
  const words = `${path} ${searchParams}`.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return ['annals', ...words, revision].join('-')
}

function bibtex(key: string, fields: readonly (readonly [string, string])[]): string {
  return `@misc{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(',\n')}\n}\n`
}

function escapeTex(text: string): string {
  return text.replace(/[\\{}&%$#_^~]/g, character => TEX[character] ?? `\\${character}`)
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
}
