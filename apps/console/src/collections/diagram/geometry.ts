import type { CollectionDefinition } from '@holdfast/contract'

/** Sizes in the diagram, on the screen and in the file. */
export const sizes = { width: 236, head: 36, row: 23, foot: 6 } as const

export interface Point {
  readonly x: number
  readonly y: number
}

export interface DiagramField {
  readonly name: string
  readonly type: string
}

/** A collection as a box. */
export interface DiagramBox extends Point {
  readonly id: string
  readonly name: string
  readonly fields: readonly DiagramField[]
}

/** A relation as a line from its field to the collection it leads to. */
export interface DiagramLine {
  readonly id: string
  readonly source: string
  readonly target: string
  /** The place of the field in its box. */
  readonly row: number
  /** How many records of the source lead to one of the target, and how many one of the source leads to. */
  readonly sourceEnd: 'one' | 'many'
  readonly targetEnd: 'one' | 'many'
  /** `books.author → authors` */
  readonly label: string
}

export interface Diagram {
  readonly boxes: readonly DiagramBox[]
  readonly lines: readonly DiagramLine[]
}

export const heightOf = (fields: number): number => sizes.head + Math.max(fields, 1) * sizes.row + sizes.foot

export const idOf = ({ id, name }: CollectionDefinition): string => id ?? name

export const fieldsOf = ({ fields }: CollectionDefinition): readonly DiagramField[] =>
  fields.map(({ name, type, many, returns }) => ({
    name,
    type: many ? 'relation, many' : type === 'computed' ? `computed ${returns ?? ''}` : type,
  }))

export function linesOf(collections: readonly CollectionDefinition[]): readonly DiagramLine[] {
  return collections.flatMap((source) =>
    source.fields.flatMap((field, row): DiagramLine[] => {
      const target = collections.find(({ name }) => field.type === 'relation' && name === field.collection)
      if (!target) return []
      return [
        {
          id: `${idOf(source)}.${field.id ?? field.name}`,
          source: idOf(source),
          target: idOf(target),
          row,
          sourceEnd: field.unique ? 'one' : 'many',
          targetEnd: field.many ? 'many' : 'one',
          label: `${source.name}.${field.name} → ${target.name}`,
        },
      ]
    }),
  )
}

/** The line between two boxes as an SVG path, with a crow's foot where there are many and a bar where there is one. */
export function pathOf(
  line: Pick<DiagramLine, 'row' | 'sourceEnd' | 'targetEnd'>,
  source: Point,
  target: Point,
): string {
  const isSelf = source.x === target.x && source.y === target.y
  const leavesRight = isSelf || target.x >= source.x - sizes.width / 2
  const arrivesLeft = !isSelf && target.x > source.x + sizes.width / 2
  const from = {
    x: source.x + (leavesRight ? sizes.width : 0),
    y: source.y + sizes.head + (line.row + 0.5) * sizes.row,
  }
  const to = { x: target.x + (arrivesLeft ? 0 : sizes.width), y: target.y + sizes.head / 2 }
  const out = leavesRight ? 1 : -1
  const into = arrivesLeft ? -1 : 1
  const bend = Math.max(36, Math.abs(to.x - from.x) / 2)
  return [
    `M${round(from.x)} ${round(from.y)}C${round(from.x + out * bend)} ${round(from.y)} ${round(to.x + into * bend)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`,
    endOf(line.sourceEnd, from, out),
    endOf(line.targetEnd, to, into),
  ].join('')
}

const endOf = (end: 'one' | 'many', { x, y }: Point, direction: number): string =>
  end === 'many'
    ? `M${round(x)} ${round(y - 6)}L${round(x + direction * 11)} ${round(y)}L${round(x)} ${round(y + 6)}`
    : `M${round(x + direction * 9)} ${round(y - 6)}V${round(y + 6)}`

const round = (value: number): number => Math.round(value * 10) / 10
