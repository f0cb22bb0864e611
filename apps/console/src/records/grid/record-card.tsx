import type { CollectionDefinition } from '@holdfast/contract'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { labelFieldOf } from '../../client/record-fields'
import { FieldValue } from '../cells/field-value'
import classes from './grid.module.css'
import type { GridColumn } from './grid-columns'
import { parseGridSearch } from './grid-search'
import { expandedOf, type GridRecord, highlightOf } from './record-list'

interface RecordCardProps {
  readonly definition: CollectionDefinition
  readonly index: number
  readonly y: number
  readonly record: GridRecord | undefined
  readonly columns: readonly GridColumn[]
  readonly isGone: boolean
}

/** A record on a phone: what people know it by, and the first of its other fields. */
export const RecordCard = memo(function RecordCard({ definition, index, y, record, columns, isGone }: RecordCardProps) {
  const label = labelFieldOf(definition)?.name
  const title = columns.find(({ field }) => field.name === label) ?? columns[0]
  const rest = columns.filter((column) => column !== title).slice(0, 3)
  const style = { transform: `translateY(${y}px)` }
  if (!record || !title)
    return (
      <div className={classes.card} style={style}>
        <span className={classes.waiting} />
      </div>
    )
  return (
    <Link
      to="/data/$collection/$id"
      params={{ collection: definition.name, id: record.id }}
      search={parseGridSearch}
      className={classes.card}
      style={style}
      data-row={index}
      data-gone={isGone || undefined}
    >
      <span className={classes.cardTitle}>
        <FieldValue
          field={title.field}
          value={record[title.field.name]}
          highlight={highlightOf(record, title.field.name)}
          plain
        />
      </span>
      <span className={classes.cardRest}>
        {rest.map(({ field }) => (
          <span key={field.name}>
            <FieldValue
              field={field}
              value={record[field.name]}
              expanded={expandedOf(record, field.name)}
              highlight={highlightOf(record, field.name)}
              plain
            />
          </span>
        ))}
      </span>
    </Link>
  )
})
