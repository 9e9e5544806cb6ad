import type { Gazetteer, Known } from '../../domain/gazetteer.js'
import type { Reader } from '../../store/reader.js'
import { documentOf, type Found, standingFor } from '../../store/records.js'

/** The localities of the store, as placing asks for them; within a transaction it sees those just created. */
export function storedGazetteer(read: Reader): Gazetteer {
  const found = (id: string) => read.find('locality', id)!
  return {
    byId(id) {
      const standing = standingFor(read, 'locality', id)
      return standing?.state === 'live' ? known(standing) : undefined
    },
    byCode(scheme, value) {
      const [id] = read.localitiesCoded(scheme, value)
      return id === undefined ? undefined : known(found(id))
    },
    byName: key => read.localitiesCalled(key).map(id => known(found(id))),
    isBelow: (id, ancestor) => read.ancestors(id).includes(ancestor),
    countryOf(id) {
      const top = read.ancestors(id).at(-1) ?? id
      return known(found(top)).level === 'country' ? top : undefined
    },
  }
}

function known(found: Found): Known {
  const { level, point, codes, name, names } = documentOf('locality', found)
  return { id: found.id, level, point, codes, names: [name, ...names.map(({ text }) => text)] }
}
