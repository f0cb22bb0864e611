import type { CollectionView } from './collection-view.js'
import { type JsonSchema, jsonContent, refTo } from './document.js'

/** What versions and deleted records have in common. */

export const time: JsonSchema = { type: 'string', format: 'date-time' }
export const who = (description: string): JsonSchema => ({
  type: ['string', 'null'],
  format: 'uuid',
  description: `${description} Absent where you may not read \`createdBy\`.`,
})

/** Some fields of a record, as they are in it. */
export const partOf = ({ collection }: CollectionView): JsonSchema => ({
  type: 'object',
  description: `Fields as in \`${collection.name}.record\`.`,
})

export const pageAnswer = (description: string, item: JsonSchema): JsonSchema => ({
  description,
  content: jsonContent({
    type: 'object',
    required: ['data', 'meta'],
    properties: { data: { type: 'array', items: item }, meta: refTo('schemas', 'PageMeta') },
  }),
})
