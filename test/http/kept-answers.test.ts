import t from 'tap'
import { isKnown } from '../../src/http/caching.js'
import { needHost } from '../../src/http/host.js'
import { answerPolls, sizeOfAnswer } from '../../src/http/kept-answers.js'
import { text } from '../../src/http/parameters.js'
import { query } from '../../src/http/query.js'
import { boundedMap } from '../../src/store/bounded-map.js'
import { service, talk } from './service.js'

const any = query({ q: text('Any.') })
const mediaType = 'application/json; charset=utf-8'

/** A service whose one answer stands until `log.revision` moves, and how often its route ran. */
async function open(t: Parameters<typeof service>[0], { kept = true } = {}) {
  const log = { revision: 412, runs: 0, whenStopping: async () => {} }
  const polls = answerPolls(boundedMap(1e6, sizeOfAnswer))
  const told: [string, number][] = []
  polls.onAnswer((route, status) => told.push([route, status]))
  const compressed = new Map<string, Buffer>()
  const app = await service(
    t,
    app => {
      app.addHook('preClose', () => log.whenStopping())
      app.get<{ Params: { id: string } }>('/a/:id', { config: { query: any } }, (request, reply) => {
        const { revision } = log
        log.runs += 1
        if (isKnown(request, reply, { revision, mediaType })) return reply
        if (kept) reply.stands = () => log.revision === revision
        return reply
          .type(mediaType)
          .header('link', '</next>; rel="next"')
          .send(Buffer.from(JSON.stringify({ revision, filler: 'x'.repeat(2000) })))
      })
    },
    { polls, compressed },
  )
  const ask = async (...lines: string[]) => {
    const answer = await talk(
      app,
      `${[`GET ${lines[0] ?? '/a/1'} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines.slice(1)].join('\r\n')}\r\n\r\n`,
    )
    return answer.replace(/^date: .*\r\n/im, '')
  }
  return { app, log, told, ask }
}

/** The head without what is about the connection only. */
const lines = (answer: string) =>
  answer
    .split('\r\n\r\n', 1)[0]!
    .toLowerCase()
    .split('\r\n')
    .filter(line => !line.startsWith('connection:'))
    .sort()
const tagOf = (answer: string) => /^etag: (.*)$/im.exec(answer)![1]!.trim()

t.test('what is polled leaves again as it left, without its route', async t => {
  const { log, told, ask } = await open(t)
  for (const coding of ['', 'gzip', 'br']) {
    const words = coding ? [`Accept-Encoding: ${coding}`] : []
    log.runs = 0
    const first = await ask('/a/1', ...words)
    await ask('/a/1', ...words)
    const again = await ask('/a/1', ...words)
    t.equal(log.runs, 2, `twice for ${coding || 'no coding'}: it is kept when it is asked for again`)
    t.strictSame(lines(again), lines(first), 'the same head')
    t.equal(again.slice(again.indexOf('\r\n\r\n')), first.slice(first.indexOf('\r\n\r\n')), 'the same body')
  }
  t.strictSame(told, Array(3).fill(['/a/:id', 200]), 'and each is told of, by its route')
})

t.test('a 304 from memory is the 304 that the route would give', async t => {
  const [short, long] = [await open(t), await open(t, { kept: false })]
  for (const coding of ['identity', 'gzip']) {
    const words = [`Accept-Encoding: ${coding}`]
    await short.ask('/a/1', ...words)
    const tag = tagOf(await short.ask('/a/1', ...words))
    await long.ask('/a/1', ...words)
    short.log.runs = 0
    const answers = await Promise.all([short, long].map(({ ask }) => ask('/a/1', ...words, `If-None-Match: ${tag}`)))
    t.equal(short.log.runs, 0, 'no route ran')
    t.strictSame(lines(answers[0]!), lines(answers[1]!))
    t.match(answers[0], /^HTTP\/1\.1 304 /)
  }
})

t.test('nothing is sent again that is not the answer', async t => {
  const { log, ask } = await open(t)
  await ask()
  const first = await ask()
  const runsFor = async (...words: string[]) => {
    const before = log.runs
    const answer = await ask(...words)
    return [log.runs - before, answer] as const
  }
  for (const words of [
    ['/a/2'],
    ['/a/1?q=2'],
    ['/a/1', 'Accept: text/html, */*'],
    ['/a/1', 'If-None-Match: "1", "2"'],
    ['/a/1', 'If-None-Match: *'],
    ['/a/1', `If-None-Match: W/${tagOf(first)}`],
  ]) {
    const [runs] = await runsFor(...words)
    t.equal(runs, 1, words.join(' '))
  }
  log.revision += 1
  const [runs, next] = await runsFor('/a/1')
  t.equal(runs, 1, 'another revision')
  t.match(next, /"revision":413/)
})

t.test('a question that is too long is answered in full each time', async t => {
  const { log, ask } = await open(t)
  const words = ['/a/1', `Accept: ${'text/html, '.repeat(200)}*/*`]
  for (const _ of [1, 2, 3]) t.match(await ask(...words), /^HTTP\/1\.1 200 /)
  t.equal(log.runs, 3)
})

t.test('what is refused of a request is refused of one that is polled', async t => {
  const { app, ask } = await open(t)
  await ask()
  await ask()
  t.match(await talk(app, 'GET /a/1 HTTP/1.1\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /)
  t.match(await ask('/a/1', 'Host: y'), /^HTTP\/1\.1 400 /)
  t.match(await talk(app, 'POST /a/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 405 /)
  const withBody = await talk(app, 'GET /a/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel', /\r\n\r\n\{.*\}/s)
  t.match(withBody, /^HTTP\/1\.1 200 .*connection: close/is, 'the rest of a body is not taken for a request')
  t.match(await ask(), /^HTTP\/1\.1 200 /, 'and that answer is not kept')
})

t.test('a request of HTTP/1.1 names one host', async t => {
  const app = await service(t, needHost)
  t.match(await talk(app, 'GET / HTTP/1.2\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 400 /)
})

t.test('a service that stops answers nothing from memory', async t => {
  const { app, log, ask } = await open(t)
  await ask()
  await ask()
  log.whenStopping = async () => {
    t.match(await ask(), /^HTTP\/1\.1 503 /)
  }
  await app.close()
  t.equal(log.runs, 2)
})
