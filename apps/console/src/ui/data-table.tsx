import { VisuallyHidden } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './data-table.module.css'

export interface Column<T> {
  readonly header: string
  cell(row: T): ReactNode
  /** Of numbers. */
  readonly right?: boolean
  readonly width?: number | string
  /** The cell speaks for itself: its header is there for screen readers alone. */
  readonly bare?: boolean
  /** Names the row: on a phone it stands at the top of its card, without its header. */
  readonly lead?: boolean
}

interface DataTableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  rowKey(row: T): string
}

/** A short list of things; on a phone each row is a card. Records have a grid of their own. */
export const DataTable = <T,>({ label, columns, rows, rowKey }: DataTableProps<T>) => (
  <table className={classes.table} aria-label={label}>
    <thead>
      <tr>
        {columns.map(({ header, width, right, bare }) => (
          <th key={header} style={{ width }} data-right={right || undefined}>
            {bare ? <VisuallyHidden>{header}</VisuallyHidden> : header}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)}>
          {columns.map(({ header, cell, right, bare, lead }) => (
            <td
              key={header}
              data-header={bare || lead ? undefined : header}
              data-lead={lead}
              data-right={right || undefined}
            >
              {cell(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
