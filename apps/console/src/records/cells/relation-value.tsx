import type { FieldDefinition } from '@holdfast/contract'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { labelFieldOf, labelOf, shortId } from '../../client/record-fields'
import { AnchorLink } from '../../ui/links'
import classes from './cells.module.css'
import { shortText } from './field-text'

interface RelationValueProps {
  readonly field: FieldDefinition
  readonly value: unknown
  readonly expanded?: unknown
  readonly plain?: boolean
}

/** Related records by what people know them by, each a link to it. */
export function RelationValue({ field, value, expanded, plain }: RelationValueProps) {
  const { data: collections } = useQuery(collectionsQuery)
  const target = collections?.find(({ name }) => name === field.collection)
  const labelField = target && labelFieldOf(target)?.name
  const ids = (Array.isArray(value) ? value : [value]).map(String)
  const related = new Map(
    [expanded].flat().flatMap((record) => (isRecord(record) ? [[record.id, record] as const] : [])),
  )
  if (ids.length === 0) return <span className={classes.none}>empty</span>
  return (
    <span className={classes.row}>
      {ids.slice(0, 6).map((id) => {
        const label = related.has(id) ? labelOf(related.get(id)!, labelField) : shortId(id)
        return plain ? (
          <span key={id}>{shortText(label)}</span>
        ) : (
          <AnchorLink
            key={id}
            to="/data/$collection/$id"
            params={{ collection: field.collection ?? '', id }}
            className={`${classes.link} ${field.many ? classes.tag : ''}`}
            title={id}
            tabIndex={-1}
            inherit
          >
            {shortText(label)}
          </AnchorLink>
        )
      })}
      {ids.length > 6 && <span className={classes.none}>{ids.length - 6} more</span>}
    </span>
  )
}

const isRecord = (value: unknown): value is { readonly id: string } =>
  typeof value === 'object' && value !== null && 'id' in value
