import type { CollectionDefinition } from '@holdfast/contract'
import { type ReactNode, useRef } from 'react'
import classes from './grid.module.css'
import type { GridColumn } from './grid-columns'
import { RecordCard } from './record-card'
import type { RecordList } from './record-list'
import { useRowsInSight } from './use-rows-in-sight'

const sizes = { height: 66, head: 0 }

interface RecordCardsProps {
  readonly definition: CollectionDefinition
  readonly list: RecordList
  readonly columns: readonly GridColumn[]
  /** In place of records. */
  readonly children?: ReactNode
}

/** The grid on a phone: a list of records, each opened by a tap. */
export function RecordCards({ definition, list, columns, children }: RecordCardsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useRowsInSight(scroller, list, sizes)
  return (
    <div className={classes.frame}>
      <section
        ref={scroller}
        className={classes.scroller}
        onScroll={rows.onScroll}
        aria-label={`Records of ${definition.name}`}
        aria-busy={list.isLoading}
      >
        <div className={classes.body} style={{ height: rows.bodyHeight }}>
          {rows.drawn.map((index) => {
            const record = list.row(index)
            return (
              <RecordCard
                key={index}
                definition={definition}
                index={index}
                y={rows.yOf(index)}
                record={record}
                columns={columns}
                isGone={record !== undefined && list.gone.has(record.id)}
              />
            )
          })}
        </div>
      </section>
      {children}
    </div>
  )
}
