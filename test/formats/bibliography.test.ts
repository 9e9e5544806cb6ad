import t from 'tap'
import { citeAnswer } from '../../src/formats/bibliography.js'

const answer = {
  title: 'Timeline of Ramadi',
  url: 'https://annals.example/v1/localities/iq-ramadi/timeline?measure=killed&as_of=412',
  revision: 412,
}

t.test('an answer is cited as a sentence with its address and revision', async t => {
  t.equal(citeAnswer(answer).text, `Annals. Timeline of Ramadi. Revision 412. ${answer.url}.`)
})

t.test('an answer is cited in BibTeX', async t => {
  t.equal(
    citeAnswer(answer).bibtex,
    `@misc{annals-localities-iq-ramadi-timeline-measure-killed-412,
  author = {{Annals}},
  title = {{Timeline of Ramadi}},
  version = {412},
  note = {Revision 412},
  url = {${answer.url}}
}
`,
  )
})

t.test('what TeX would run in a title is escaped', async t => {
  const { bibtex } = citeAnswer({ ...answer, title: '50% & {Ramadi}_1 \\input~^#$ الرمادي' })
  t.match(
    bibtex,
    'title = {{50\\% \\& \\{Ramadi\\}\\_1 \\textbackslash{}input\\textasciitilde{}\\textasciicircum{}\\#\\$ الرمادي}}',
  )
})

t.test('an answer is cited as an item of CSL-JSON', async t => {
  t.same(citeAnswer(answer).csl_json, {
    id: 'annals-localities-iq-ramadi-timeline-measure-killed-412',
    type: 'dataset',
    title: 'Timeline of Ramadi',
    author: [{ literal: 'Annals' }],
    version: '412',
    URL: answer.url,
  })
})
