/** `float` is double precision, `number` is exact; where both meet, the result is `float`. `null` fits everything. */
export type ValueType =
  | 'text'
  | 'number'
  | 'float'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'duration'
  | 'uuid'
  | 'opaque'
  | 'null'

/** A typed piece of SQL. */
export interface Typed {
  readonly sql: string
  readonly type: ValueType
}

/** What an argument may be: a type, `number` for both kinds of number, `any` for what all the others share. */
export type Parameter = 'text' | 'number' | 'exact' | 'any'

export interface FunctionSpec {
  /** Types of the arguments; `min` of them must be given, and the last repeats when `variadic`. */
  readonly parameters: readonly Parameter[]
  readonly min: number
  readonly variadic?: boolean
  /** Type of the result; `same` is the common type of the arguments. */
  readonly returns: 'text' | 'number' | 'same'
  build(...args: string[]): string
}

const call =
  (name: string) =>
  (...args: string[]) =>
    `${name}(${args.join(', ')})`
const oneText = (name: string): FunctionSpec => ({ parameters: ['text'], min: 1, returns: 'text', build: call(name) })
const oneNumber = (name: string): FunctionSpec => ({
  parameters: ['number'],
  min: 1,
  returns: 'same',
  build: call(name),
})
const anyNumberOf = (name: string): FunctionSpec => ({
  parameters: ['any'],
  min: 1,
  variadic: true,
  returns: 'same',
  build: call(name),
})

/** A whole number PostgreSQL accepts as length or position, whatever the value is. */
const count = (number: string, least: number): string => `least(greatest(trunc(${number}), ${least}), 1000000)::int4`

/** What an expression may call: immutable and without errors on any value. */
export const functions: ReadonlyMap<string, FunctionSpec> = new Map<string, FunctionSpec>([
  ['lower', oneText('lower')],
  ['upper', oneText('upper')],
  ['trim', oneText('btrim')],
  ['length', { parameters: ['text'], min: 1, returns: 'number', build: (text) => `char_length(${text})::numeric` }],
  ['replace', { parameters: ['text', 'text', 'text'], min: 3, returns: 'text', build: call('replace') }],
  [
    'left',
    {
      parameters: ['text', 'exact'],
      min: 2,
      returns: 'text',
      build: (text, length) => `left(${text}, ${count(length!, 0)})`,
    },
  ],
  [
    'right',
    {
      parameters: ['text', 'exact'],
      min: 2,
      returns: 'text',
      build: (text, length) => `right(${text}, ${count(length!, 0)})`,
    },
  ],
  [
    'substr',
    {
      parameters: ['text', 'exact', 'exact'],
      min: 2,
      returns: 'text',
      build: (text, from, length) =>
        length === undefined
          ? `substr(${text}, ${count(from!, 1)})`
          : `substr(${text}, ${count(from!, 1)}, ${count(length, 0)})`,
    },
  ],
  [
    'concat',
    {
      parameters: ['text'],
      min: 1,
      variadic: true,
      returns: 'text',
      build: (...texts) => `(${texts.map((text) => `coalesce(${text}, '')`).join(' || ')})`,
    },
  ],
  ['text', { parameters: ['number'], min: 1, returns: 'text', build: (number) => `(${number})::text` }],
  ['abs', oneNumber('abs')],
  ['ceil', oneNumber('ceil')],
  ['floor', oneNumber('floor')],
  [
    'round',
    {
      parameters: ['number', 'exact'],
      min: 1,
      returns: 'same',
      build: (number, places) =>
        places === undefined ? `round(${number})` : `round((${number})::numeric, ${count(places, 0)})`,
    },
  ],
  ['greatest', anyNumberOf('greatest')],
  ['least', anyNumberOf('least')],
  ['coalesce', anyNumberOf('coalesce')],
  ['nullif', { parameters: ['any', 'any'], min: 2, returns: 'same', build: call('nullif') }],
])
