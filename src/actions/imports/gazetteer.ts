import type { Gazetteer, Known } from '../../domain/placing.js'
import type { Reader } from '../../store/reader.js'
import { documentOf } from '../../store/records.js'

/** The localities of the store, as placing asks for them; within a transaction it sees those just created. */
export function storedGazetteer(read: Reader): Gazetteer {
  function known(id: string): Known {
    const { level, point, codes } = documentOf('locality', read.find('locality', id)!)
    return { id, level, point, codes }
  }
  return {
    byCode(scheme, value) {
      const [id] = read.localitiesCoded(scheme, value)
      return id === undefined ? undefined : known(id)
    },
    byName: key => read.localitiesCalled(key).map(known),
    isBelow: (id, ancestor) => read.ancestors(id).includes(ancestor),
  }
}
