import type { Diagram, Point } from './geometry'

const storageKey = 'holdfast.diagram'

type Places = Readonly<Record<string, Point>>

/** Where somebody moved collections to, in this browser. */
function readPlaces(): Places {
  try {
    const places = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Places
    return typeof places === 'object' && places !== null ? places : {}
  } catch {
    return {}
  }
}

export function keepPlace(id: string, { x, y }: Point): void {
  write({ ...readPlaces(), [id]: { x: Math.round(x), y: Math.round(y) } })
}

export const forgetPlaces = (): void => write({})

function write(places: Places): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(places))
  } catch {
    // Full or forbidden: then they are where they were only for now.
  }
}

/** The diagram with what was moved where it was moved to. */
export function withKeptPlaces({ boxes, lines }: Diagram): Diagram {
  const places = readPlaces()
  return {
    lines,
    boxes: boxes.map((box) => {
      const place = places[box.id]
      return place && Number.isFinite(place.x) && Number.isFinite(place.y) ? { ...box, x: place.x, y: place.y } : box
    }),
  }
}
