import type { FieldDefinition, FieldTypeName, Json } from '@holdfast/contract'

/** What one definition of a field must do with values. */
export interface FieldCase {
  readonly definition: FieldDefinition
  /** Value sent, and what the record then has (the same when left out). */
  readonly accepts: readonly (readonly [value: Json, stored?: Json])[]
  /** Value sent, and the code of the report. */
  readonly refuses: readonly (readonly [value: Json, code: string])[]
}

const field = (name: string, type: FieldTypeName, rest: Partial<FieldDefinition> = {}): FieldDefinition => ({
  name,
  type,
  ...rest,
})

const loneSurrogate = '\ud800'
const nul = 'a\0b'
const uuid = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'
const emojis = '😀'.repeat(5)
const rightToLeft = 'abc\u202edef\ufeff'
const combining = 'e\u0301'

/** Values that are of no type but their own. */
export const strangers: readonly Json[] = [true, 12.5, 'neither fish nor fowl', ['x', 1], { a: 1 }, [], {}]

export const fieldCases: readonly FieldCase[] = [
  {
    definition: field('anyText', 'text'),
    accepts: [
      [''],
      ['a'],
      [emojis],
      [rightToLeft],
      [combining],
      [`quote ' " \\ \n \t $1 {} []`],
      ['x'.repeat(1_000_000)],
    ],
    refuses: [
      [nul, 'invalid_text'],
      [loneSurrogate, 'invalid_text'],
      [1, 'wrong_type'],
      [true, 'wrong_type'],
      [['a'], 'wrong_type'],
      [{ $eq: 'a' }, 'wrong_type'],
      ['x'.repeat(1_000_001), 'too_long'],
    ],
  },
  {
    definition: field('shortText', 'text', { minLength: 2, maxLength: 5, pattern: '[a-z]+|😀+|e\u0301..' }),
    accepts: [['abc'], [emojis], ['abcde']],
    refuses: [
      [`${emojis}😀`, 'too_long'],
      ['abcdef', 'too_long'],
      ['😀', 'too_short'],
      ['', 'too_short'],
      ['ABC', 'pattern'],
      ['abc1', 'pattern'],
      ['abc\n', 'pattern'],
    ],
  },
  {
    definition: field('catastrophe', 'text', { pattern: '(a+)+$' }),
    accepts: [['a'.repeat(5000)]],
    refuses: [[`${'a'.repeat(50_000)}b`, 'pattern']],
  },
  {
    definition: field('rich', 'richtext', { maxLength: 100 }),
    accepts: [
      ['<p>hi</p>'],
      ['<p onclick="x()">hi<script>alert(1)</script></p>', '<p>hi</p>'],
      ['<a href="javascript:alert(1)">x</a><a href="https://e.org">y</a>', '<a>x</a><a href="https://e.org">y</a>'],
      ['<img src="data:text/html,x"><svg onload=x>', '<img />'],
      ['<iframe src="https://e.org"></iframe><style>*{}</style>', ''],
      ['a & b < c', 'a &amp; b &lt; c'],
    ],
    refuses: [
      ['&'.repeat(40), 'too_long'],
      [nul, 'invalid_text'],
      [5, 'wrong_type'],
    ],
  },
  {
    definition: field('address', 'email'),
    accepts: [['a@b.co'], ['First.Last+tag@Example.ORG', 'first.last+tag@example.org']],
    refuses: [
      ['a@b', 'invalid_email'],
      [' a@b.co', 'invalid_email'],
      ['a@b.co,c@d.co', 'invalid_email'],
      ['"a@b.co"@c.co', 'invalid_email'],
      ['a@x.com\r\nBcc:v@x.com', 'invalid_email'],
      ['a﹫b.co', 'invalid_email'],
      ['a..b@c.co', 'invalid_email'],
      [`${'a'.repeat(65)}@b.co`, 'invalid_email'],
      [nul, 'invalid_text'],
      [['a@b.co'], 'wrong_type'],
    ],
  },
  {
    definition: field('link', 'url'),
    accepts: [['https://example.org/a?b=c#d'], ['http://localhost:8080'], ['https://münchen.de/ü']],
    refuses: [
      ['ftp://e.org', 'invalid_url'],
      ['javascript:alert(1)', 'invalid_url'],
      ['https:e.org', 'invalid_url'],
      ['http:\\\\e.org', 'invalid_url'],
      ['https://e.org/a b', 'invalid_url'],
      ['https://e.org/\n', 'invalid_url'],
      ['https://', 'invalid_url'],
      [`https://e.org/${'x'.repeat(2048)}`, 'too_long'],
    ],
  },
  {
    definition: field('handle', 'slug'),
    accepts: [['a'], ['a-1-b']],
    refuses: [
      ['A', 'invalid_slug'],
      ['-a', 'invalid_slug'],
      ['a--b', 'invalid_slug'],
      ['a ', 'invalid_slug'],
      ['', 'invalid_slug'],
    ],
  },
  {
    definition: field('count', 'integer', { min: -10 }),
    accepts: [[0], [-0, 0], [-10], [2 ** 53 - 1]],
    refuses: [
      [2 ** 53, 'out_of_range'],
      [2 ** 53 + 2, 'out_of_range'],
      [9.3e18, 'out_of_range'],
      [-11, 'too_small'],
      [1.5, 'wrong_type'],
      [Number.POSITIVE_INFINITY, 'wrong_type'],
      ['1', 'wrong_type'],
      [' 1', 'wrong_type'],
      [true, 'wrong_type'],
    ],
  },
  {
    definition: field('ratio', 'number', { max: 1e300 }),
    accepts: [[0.1], [-0, 0], [5e-324], [1e300], [1e22], [123456789.12345679]],
    refuses: [
      [Number.POSITIVE_INFINITY, 'out_of_range'],
      [Number.NaN, 'out_of_range'],
      [1.1e300, 'too_large'],
      ['0.1', 'wrong_type'],
    ],
  },
  {
    definition: field('price', 'decimal', { precision: 10, scale: 2, min: '-5.00' }),
    accepts: [
      ['0.1', '0.10'],
      ['12345678.90'],
      [7, '7.00'],
      ['-0.00', '0.00'],
      ['0010', '10.00'],
      ['1.10000', '1.10'],
      ['-5', '-5.00'],
    ],
    refuses: [
      ['0.101', 'would_be_rounded'],
      ['123456789', 'out_of_range'],
      ['-5.01', 'too_small'],
      [0.1, 'wrong_type'],
      ['1e3', 'wrong_type'],
      ['NaN', 'wrong_type'],
      ['Infinity', 'wrong_type'],
      [' 1', 'wrong_type'],
      ['.5', 'wrong_type'],
      ['', 'wrong_type'],
    ],
  },
  {
    definition: field('vast', 'decimal', { precision: 1000, scale: 100 }),
    accepts: [[`${'9'.repeat(800)}`, `${'9'.repeat(800)}.${'0'.repeat(100)}`]],
    refuses: [['9'.repeat(901), 'out_of_range']],
  },
  {
    definition: field('done', 'boolean'),
    accepts: [[true], [false]],
    refuses: [
      ['true', 'wrong_type'],
      [1, 'wrong_type'],
      [0, 'wrong_type'],
    ],
  },
  {
    definition: field('day', 'date', { max: '9999-12-31' }),
    accepts: [['2024-02-29'], ['0001-01-01'], ['9999-12-31']],
    refuses: [
      ['2023-02-29', 'invalid_date'],
      ['0000-01-01', 'invalid_date'],
      ['10000-01-01', 'invalid_date'],
      ['2024-1-1', 'invalid_date'],
      ['2024-01-01T00:00:00Z', 'invalid_date'],
      ['infinity', 'invalid_date'],
      ['today', 'invalid_date'],
      [20240101, 'invalid_date'],
    ],
  },
  {
    definition: field('at', 'datetime', { min: '0001-01-01T00:00:00Z' }),
    accepts: [
      ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00+00:00'],
      ['2024-02-29T23:59:59.123+05:30', '2024-02-29T18:29:59.123+00:00'],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00+00:00'],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999+00:00'],
      ['2024-01-01T10:00Z', '2024-01-01T10:00:00+00:00'],
    ],
    refuses: [
      ['2024-01-01T00:00:00', 'invalid_datetime'],
      ['2024-01-01', 'invalid_datetime'],
      ['2024-02-30T00:00:00Z', 'invalid_datetime'],
      ['2024-01-01T24:00:00Z', 'invalid_datetime'],
      ['2024-01-01T00:00:60Z', 'invalid_datetime'],
      ['2024-01-01T00:00:00.1234Z', 'would_be_rounded'],
      ['0001-01-01T00:00:00+01:00', 'out_of_range'],
      ['9999-12-31T23:59:59-01:00', 'out_of_range'],
      ['now', 'invalid_datetime'],
      [1704067200000, 'invalid_datetime'],
    ],
  },
  {
    definition: field('span', 'duration'),
    accepts: [
      ['P1DT2H'],
      ['PT36H'],
      ['P1Y2M10DT2H30M'],
      ['P2W', 'P14D'],
      ['PT0.5S'],
      ['PT0S'],
      ['P14M', 'P1Y2M'],
      ['PT999999H'],
    ],
    refuses: [
      ['P', 'invalid_duration'],
      ['PT', 'invalid_duration'],
      ['P1DT', 'invalid_duration'],
      ['P1.5D', 'invalid_duration'],
      ['-P1D', 'invalid_duration'],
      ['PT1234567H', 'invalid_duration'],
      ['1 day', 'invalid_duration'],
      [60, 'invalid_duration'],
    ],
  },
  {
    definition: field('ref', 'uuid'),
    accepts: [[uuid], [uuid.toUpperCase(), uuid], ['00000000-0000-0000-0000-000000000000']],
    refuses: [
      [uuid.replaceAll('-', ''), 'invalid_uuid'],
      [`{${uuid}}`, 'invalid_uuid'],
      [`${uuid} `, 'invalid_uuid'],
      ['../x', 'invalid_uuid'],
      [7, 'invalid_uuid'],
    ],
  },
  {
    definition: field('anyJson', 'json'),
    accepts: [
      [{ a: [1, 'two', { three: null }], 'ü"\\': 0.1 }],
      [[]],
      ['text'],
      [0],
      [false],
      [{ constructor: { prototype: 1 } }],
      [[-0], [0]],
    ],
    refuses: [
      [{ a: nul }, 'invalid_text'],
      [{ [nul]: 1 }, 'invalid_text'],
      [[loneSurrogate], 'invalid_text'],
      [{ a: Number.POSITIVE_INFINITY }, 'out_of_range'],
      [{ a: 2 ** 53 }, 'out_of_range'],
      [JSON.parse('{"a":[{"__proto__":{"x":1}}]}') as Json, 'forbidden_key'],
      [JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) as Json, 'too_deep'],
      ['x'.repeat(1_000_000), 'too_long'],
    ],
  },
  {
    definition: field('shaped', 'json', {
      schema: {
        type: 'object',
        properties: { code: { type: 'string', pattern: '^(a+)+$' }, tag: { type: 'string', pattern: '^b+$' } },
        required: ['code'],
        additionalProperties: false,
      },
    }),
    accepts: [[{ code: 'aaa', tag: 'b' }]],
    refuses: [
      [{ tag: 'b' }, 'schema'],
      [{ code: 'b' }, 'schema'],
      [{ code: 'a', tag: 'a' }, 'schema'],
      [{ code: `${'a'.repeat(50_000)}b` }, 'schema'],
      [{ code: 'a', more: 1 }, 'schema'],
      [[], 'schema'],
    ],
  },
  {
    definition: field('status', 'select', { options: ['draft', `it's "x"`, 'ü\\'] }),
    accepts: [['draft'], [`it's "x"`], ['ü\\']],
    refuses: [
      ['Draft', 'not_an_option'],
      ['', 'not_an_option'],
      ['__proto__', 'not_an_option'],
      [['draft'], 'not_an_option'],
      [0, 'not_an_option'],
    ],
  },
  {
    definition: field('colors', 'multiselect', {
      options: ['red', 'a,b', '{x}', '"', 'NULL'],
      minItems: 1,
      maxItems: 4,
    }),
    accepts: [[['red']], [['a,b', '{x}', '"', 'NULL']]],
    refuses: [
      [[], 'too_few'],
      [['red', 'red'], 'duplicate'],
      [['blue'], 'not_an_option'],
      [['red', 'a,b', '{x}', '"', 'NULL'], 'too_many'],
      ['red', 'wrong_type'],
      [{ 0: 'red', length: 1 }, 'wrong_type'],
      [[null], 'not_an_option'],
    ],
  },
  {
    definition: field('labels', 'tags', { maxItems: 5, maxLength: 5 }),
    accepts: [[[]], [['a', 'b']], [[' a '], ['a']], [['{', '}', ',', '"', '\\']], [[emojis]]],
    refuses: [
      [['a', ' a'], 'duplicate'],
      [[' '], 'too_short'],
      [['abcdef'], 'too_long'],
      [[1], 'wrong_type'],
      [[nul], 'invalid_text'],
      [['1', '2', '3', '4', '5', '6'], 'too_many'],
    ],
  },
  {
    definition: field('place', 'geopoint'),
    accepts: [
      [{ lat: 52.5, lon: 13.4 }],
      [{ lat: -90, lon: 180 }],
      [
        { lat: -0, lon: 0 },
        { lat: 0, lon: 0 },
      ],
    ],
    refuses: [
      [{ lat: 90.1, lon: 0 }, 'out_of_range'],
      [{ lat: 0, lon: -180.1 }, 'out_of_range'],
      [{ lat: Number.NaN, lon: 0 }, 'out_of_range'],
      [{ lat: '1', lon: 0 }, 'wrong_type'],
      [{ lat: 1 }, 'wrong_type'],
      [{ lat: 1, lon: 1, alt: 1 }, 'wrong_type'],
      [[1, 2], 'wrong_type'],
      ['(1,2)', 'wrong_type'],
    ],
  },
  {
    definition: field('embedding', 'vector', { dimensions: 3, index: true }),
    accepts: [
      [[1, 0.5, -0.25]],
      [
        [-0, 1e-60, 0.1],
        [0, 0, 0.1],
      ],
      [
        [3.4e38, -3.4e38, 1e-45],
        [3.4e38, -3.4e38, 1e-45],
      ],
    ],
    refuses: [
      [[1, 2], 'wrong_length'],
      [[1, 2, 3, 4], 'wrong_length'],
      [[1, 2, 3.5e38], 'wrong_type'],
      [[1, 2, Number.NaN], 'wrong_type'],
      [[1, 2, Number.POSITIVE_INFINITY], 'wrong_type'],
      [[1, 2, '3'], 'wrong_type'],
      [[1, 2, null], 'wrong_type'],
      ['{1,2,3}', 'wrong_type'],
    ],
  },
  {
    definition: field('parent', 'relation', { collection: 'things' }),
    accepts: [],
    refuses: [
      ['1', 'invalid_uuid'],
      [{ id: uuid }, 'invalid_uuid'],
      [[uuid], 'invalid_uuid'],
    ],
  },
  {
    definition: field('friends', 'relation', { collection: 'things', many: true }),
    accepts: [],
    refuses: [
      [uuid, 'wrong_type'],
      [[uuid, uuid.toUpperCase()], 'duplicate'],
      [['1'], 'invalid_uuid'],
    ],
  },
  {
    definition: field('size', 'computed', { expression: 'length(handle)', returns: 'integer' }),
    accepts: [],
    refuses: [[2, 'computed']],
  },
]
