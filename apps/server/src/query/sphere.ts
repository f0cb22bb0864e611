/**
 * The earth as a sphere, written so that SQL and memory give the same: the same steps on the same double precision
 * numbers, with sines and cosines of degrees, as PostgreSQL's `sind` and `cosd` reduce them.
 */

/** Degrees, as everywhere: latitude −90 to 90, longitude −180 to 180. */
export interface Place {
  readonly lat: number
  readonly lon: number
}

/** From `west` eastwards to `east`, edges included. */
export interface Box {
  readonly south: number
  readonly west: number
  readonly north: number
  readonly east: number
}

/** The mean radius of the earth (IUGG). */
const radiusKm = 6371.0088
const degreesPerRadian = 180 / Math.PI

/** Half the way around the earth: no two places lie farther apart. */
const farthestKm = Math.PI * radiusKm

/**
 * Great-circle distance by the haversines of the two places and of one with the antipode of the other, which together
 * are exact for near and for opposite places. Coordinates are moved away from zero before they are subtracted: PostgreSQL
 * refuses products that are too small for a double.
 */
export function distanceKm(a: Place, b: Place): number {
  const across = cosine(a.lat) * cosine(b.lat)
  const apart = (a.lon + 200 - (b.lon + 200)) / 2
  const near = square(sine((a.lat + 100 - (b.lat + 100)) / 2)) + across * square(sine(apart))
  const far = square(sine((a.lat + 100 + b.lat - 100) / 2)) + across * square(cosine(apart))
  return 2 * radiusKm * Math.atan2(Math.sqrt(near), Math.sqrt(far))
}

/** The same in SQL: `point` is a column of that type, `lat` and `lon` are double precision. */
export function distanceSql(point: string, lat: string, lon: string): string {
  const [x, y] = [`${point}[0]`, `${point}[1]`]
  const across = `cosd(${y}) * cosd(${lat})`
  const apart = `((${x} + 200) - (${lon} + 200)) / 2`
  const near = `sind(((${y} + 100) - (${lat} + 100)) / 2) ^ 2 + ${across} * sind(${apart}) ^ 2`
  const far = `sind(((${y} + 100) + ${lat} - 100) / 2) ^ 2 + ${across} * cosd(${apart}) ^ 2`
  return `${2 * radiusKm} * atan2(sqrt(${near}), sqrt(${far}))`
}

const square = (value: number): number => value * value

/** Of −180° to 180°, without sign: it is squared. */
const sine = (degrees: number): number => {
  const size = Math.abs(degrees)
  return Math.sin((size > 90 ? 180 - size : size) / degreesPerRadian)
}
const cosine = (degrees: number): number => sine(90 - Math.abs(degrees))

/** Boxes that together hold every place at most so far away, and a little more. */
export function boxesAround({ lat, lon }: Place, km: number): readonly Box[] {
  const reach = (km / radiusKm) * degreesPerRadian * (1 + 1e-9) + 1e-6
  const [south, north] = [Math.max(lat - reach, -90), Math.min(lat + reach, 90)]
  if (km >= farthestKm / 2 || south === -90 || north === 90) return [{ south, west: -180, north, east: 180 }]
  const width = Math.asin(Math.min(1, Math.sin(reach / degreesPerRadian) / cosine(lat))) * degreesPerRadian + 1e-6
  if (width >= 180) return [{ south, west: -180, north, east: 180 }]
  return plainBoxes({ south, west: wrap(lon - width), north, east: wrap(lon + width) })
}

const wrap = (lon: number): number => (lon < -180 ? lon + 360 : lon > 180 ? lon - 360 : lon)

/** A box as boxes that do not cross the date line. The meridian there has two names: −180 and 180. */
export function plainBoxes(box: Box): readonly Box[] {
  const parts =
    box.west > box.east
      ? [
          { ...box, east: 180 },
          { ...box, west: -180 },
        ]
      : [box]
  const touches = (side: 180 | -180): boolean => parts.some(({ west, east }) => (side > 0 ? east : west) === side)
  if (touches(180) && touches(-180)) return parts
  if (touches(180)) return [...parts, { ...box, west: -180, east: -180 }]
  return touches(-180) ? [...parts, { ...box, west: 180, east: 180 }] : parts
}

export const isInBox = ({ lat, lon }: Place, { south, west, north, east }: Box): boolean =>
  lat >= south && lat <= north && lon >= west && lon <= east

/** One side of a polygon. */
export type Side = readonly [from: Place, to: Place]

export const sidesOf = (corners: readonly Place[]): Side[] =>
  corners.map((corner, index) => [corner, corners[(index + 1) % corners.length]!])

/**
 * Inside, in the plane of longitude and latitude: a ray from the place to the east crosses an odd number of sides. The
 * steps are those of {@link isInPolygonSql}, bit for bit.
 */
export const isInPolygon = (place: Place, sides: readonly Side[]): boolean =>
  sides.filter((side) => crosses(place.lon + 200, place.lat + 100, side)).length % 2 === 1

function crosses(x: number, y: number, [from, to]: Side): boolean {
  const [fromX, fromY, toX, toY] = [from.lon + 200, from.lat + 100, to.lon + 200, to.lat + 100]
  return fromY > y !== toY > y && x < ((toX - fromX) * (y - fromY)) / (toY - fromY) + fromX
}

/** The corner coordinates of all sides, moved as in {@link isInPolygon}. */
export const sideColumns = (sides: readonly Side[]): readonly (readonly number[])[] => [
  sides.map(([from]) => from.lon + 200),
  sides.map(([from]) => from.lat + 100),
  sides.map(([, to]) => to.lon + 200),
  sides.map(([, to]) => to.lat + 100),
]

/** `columns` are those of {@link sideColumns}, as double precision arrays. */
export function isInPolygonSql(point: string, columns: readonly string[], alias: string): string {
  const [x, y] = [`(${point}[0] + 200)`, `(${point}[1] + 100)`]
  const { fromX, fromY, toX, toY } = {
    fromX: `${alias}.a`,
    fromY: `${alias}.b`,
    toX: `${alias}.c`,
    toY: `${alias}.d`,
  }
  const crossing = `case when (${fromY} > ${y}) <> (${toY} > ${y}) then ${x} < (${toX} - ${fromX}) * (${y} - ${fromY}) / (${toY} - ${fromY}) + ${fromX} else false end`
  return `(select count(*) % 2 = 1 from unnest(${columns.join(', ')}) ${alias}(a, b, c, d) where ${crossing})`
}

/** The smallest box around a polygon. */
export function boxAround(corners: readonly Place[]): Box {
  const lats = corners.map(({ lat }) => lat)
  const lons = corners.map(({ lon }) => lon)
  return {
    south: Math.min(...lats),
    west: Math.min(...lons),
    north: Math.max(...lats),
    east: Math.max(...lons),
  }
}
