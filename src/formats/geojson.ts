import type { Event } from '../model/event.js'
import type { Figure } from '../model/figure.js'
import type { Locality } from '../model/locality.js'

export interface GeojsonEvent {
  event: Event & { id: string }
  figures: readonly (Figure & { id: string })[]
  /** The event's locality. */
  locality: Locality & { id: string }
}

/** The start of a FeatureCollection (RFC 7946); features follow, the first of them without a comma. */
export function geojsonHeader(): string {
  return '{"type":"FeatureCollection","features":[\n'
}

/**
 * One event as one feature at its locality's own point, in the order longitude, latitude. Without such a point the
 * geometry is null: no point is ever averaged from other places. `point_precision` says what the point stands for: the
 * level of the locality, and how much of it the event's figures say that they cover.
 */
export function geojsonFeature({ event, figures, locality }: GeojsonEvent, first: boolean): string {
  const { id, ...members } = event
  const point = locality.point
  const feature = {
    type: 'Feature',
    id,
    geometry: point && { type: 'Point', coordinates: [point.lon, point.lat] },
    properties: {
      id,
      ...members,
      locality: locality.id,
      locality_name: locality.name,
      locality_level: locality.level,
      point_precision: point && { level: locality.level, extents: extentsAt(locality.id, figures) },
      figures,
    },
  }
  return `${first ? '' : ',\n'}${JSON.stringify(feature)}`
}

/** The end of a FeatureCollection, with members of the whole answer, such as why nothing in it may be summed. */
export function geojsonFooter(members: Readonly<Record<string, unknown>> = {}): string {
  const rest = Object.entries(members).map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `\n]${rest.join('')}}\n`
}

function extentsAt(locality: string, figures: GeojsonEvent['figures']): string[] {
  const extents = new Set<string>()
  for (const { places } of figures) {
    for (const place of places) if (place.locality === locality) extents.add(place.extent)
  }
  return [...extents].sort()
}
