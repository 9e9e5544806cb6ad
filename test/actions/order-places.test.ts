import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { openInOrder } from '../../src/actions/imports/order-places.js'
import { tempDirectory } from '../support/database.js'
import { aRequest } from '../support/loading.js'

/** For each place of a gazetteer, which one it lies in; one that is not there, or itself, too. */
const parents = fc.array(fc.nat(30), { maxLength: 30 })

/** Places in the order of the file, each after its parent. */
function inOrder(parentOf: readonly number[]): number[] {
  const order: number[] = []
  const seen = new Set<number>()
  const visit = (place: number) => {
    if (place >= parentOf.length || seen.has(place)) return
    seen.add(place)
    visit(parentOf[place]!)
    order.push(place)
  }
  for (const place of parentOf.keys()) visit(place)
  return order
}

t.test('places of a gazetteer come in the order of the file, each once and after its parents', async t => {
  const file = join(tempDirectory(t), 'places.csv')
  await fc.assert(
    fc.asyncProperty(parents, async parentOf => {
      const rows = parentOf.map((parent, place) => `IRQ,1,P${place},Place ${place},P${parent}\n`)
      writeFileSync(file, `Location,Admin Level,P-Code,Name,Parent P-Code\n${rows.join('')}`)
      const opened = await openInOrder(aRequest(file))
      const order: number[] = []
      for await (const block of opened.blocks)
        for (const row of block) if (row.kind === 'place') order.push(row.place.line - 2)
      t.equal(opened.progress(), 1)
      opened.close()
      return JSON.stringify(order) === JSON.stringify(inOrder(parentOf))
    }),
  )
})

t.test('the places of a long gazetteer are handed out while it is read, not when it was', async t => {
  const file = join(tempDirectory(t), 'places.csv')
  const rows = Array.from(
    { length: 60_000 },
    (_, place) => `IRQ,2,P${place},${'Place '.repeat(5)}${place},P${place % 9}\n`,
  )
  writeFileSync(file, `Location,Admin Level,P-Code,Name,Parent P-Code\n${rows.join('')}`)
  const opened = await openInOrder(aRequest(file))
  for await (const block of opened.blocks) if (block.length > 0) break
  t.ok(opened.progress() < 0.9, `${opened.progress()}`)
  opened.close()
})
