import type { ReadableField } from './reader.js'
import {
  type Box,
  boxAround,
  boxesAround,
  distanceKm,
  distanceSql,
  isInBox,
  isInPolygon,
  isInPolygonSql,
  type Place,
  plainBoxes,
  sideColumns,
  sidesOf,
} from './sphere.js'
import { conditionToSql } from './sql.js'
import type { SqlContext } from './sql-context.js'
import { conditionKey, isAlways, type Measure, MeasuredCondition } from './tree.js'

export interface Circle extends Place {
  readonly km: number
}

/** Where to look. A polygon lies in the plane of longitude and latitude and does not cross the date line. */
export type Area =
  | { readonly box: Box }
  | { readonly polygon: readonly Place[] }
  /** By great circles. */
  | { readonly circle: Circle }

/** `$near`: at most so many kilometres away, or any place where no distance is given. The nearest come first. */
export class NearCondition extends MeasuredCondition<Place & { readonly km: number | undefined }> {
  readonly fields: readonly string[]
  readonly measure: Measure

  constructor(
    private readonly target: ReadableField,
    value: Place & { readonly km: number | undefined },
  ) {
    super('near', target.shape.name, value)
    this.fields = [target.shape.name]
    this.measure = new Distance(target, value)
  }

  toSql(row: string, context: SqlContext): string {
    const { lat, lon, km } = this.value
    const point = `${row}.${this.target.shape.column}`
    return km === undefined ? `${point} is not null` : circleToSql(point, { lat, lon, km }, context)
  }

  override matches(place: Place): boolean {
    return this.value.km === undefined || distanceKm(place, this.value) <= this.value.km
  }
}

/** `$within`: inside a box, a polygon or a circle. */
export class WithinCondition extends MeasuredCondition<Area> {
  readonly fields: readonly string[]
  readonly measure = undefined

  constructor(
    private readonly target: ReadableField,
    value: Area,
  ) {
    super('within', target.shape.name, value)
    this.fields = [target.shape.name]
  }

  toSql(row: string, context: SqlContext): string {
    const point = `${row}.${this.target.shape.column}`
    if ('circle' in this.value) return circleToSql(point, this.value.circle, context)
    if ('box' in this.value) return boxesToSql(point, plainBoxes(this.value.box), context)
    const { polygon } = this.value
    const columns = sideColumns(sidesOf(polygon)).map((column) => `${context.params.value(column)}::float8[]`)
    const inside = isInPolygonSql(point, columns, context.alias())
    return `(${boxesToSql(point, [boxAround(polygon)], context)} and ${inside})`
  }

  override matches(place: Place): boolean {
    if ('circle' in this.value) return distanceKm(place, this.value.circle) <= this.value.circle.km
    if ('box' in this.value) return plainBoxes(this.value.box).some((box) => isInBox(place, box))
    return isInBox(place, boxAround(this.value.polygon)) && isInPolygon(place, sidesOf(this.value.polygon))
  }
}

/** The box is what a GiST index on the column finds; the distance decides. */
const circleToSql = (point: string, { lat, lon, km }: Circle, context: SqlContext): string => {
  const boxes = boxesToSql(point, boxesAround({ lat, lon }, km), context)
  return `(${boxes} and ${distanceToSql(point, { lat, lon }, context)} <= ${context.params.value(km)}::float8)`
}

function boxesToSql(point: string, boxes: readonly Box[], context: SqlContext): string {
  const parts = boxes.map(({ south, west, north, east }) => {
    return `${point} <@ ${context.params.value(`(${west},${south}),(${east},${north})`)}::box`
  })
  return parts.length === 1 ? parts[0]! : `(${parts.join(' or ')})`
}

const distanceToSql = (point: string, { lat, lon }: Place, { params }: SqlContext): string =>
  distanceSql(point, `${params.value(lat)}::float8`, `${params.value(lon)}::float8`)

/** How many kilometres away a record lies. */
class Distance implements Measure {
  readonly name = 'distance'
  readonly descending = false
  readonly key: string

  constructor(
    private readonly target: ReadableField,
    private readonly from: Place,
  ) {
    const { lat, lon } = from
    this.key = JSON.stringify(['distance', target.shape.name, lat, lon, conditionKey(target.mask)])
  }

  toSql(row: string, context: SqlContext): string {
    const { shape, mask } = this.target
    const open = isAlways(mask) ? undefined : conditionToSql(mask, row, context)
    const distance = distanceToSql(`${row}.${shape.column}`, this.from, context)
    return open === undefined ? distance : `case when ${open} then ${distance} end`
  }
}
