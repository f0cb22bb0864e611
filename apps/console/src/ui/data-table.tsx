import { Table, VisuallyHidden } from '@mantine/core'
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
  <Table className={classes.table} highlightOnHover aria-label={label}>
    <Table.Thead>
      <Table.Tr>
        {columns.map(({ header, width, right, bare }) => (
          <Table.Th key={header} w={width} {...(right && { ta: 'right' })}>
            {bare ? <VisuallyHidden>{header}</VisuallyHidden> : header}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {rows.map((row) => (
        <Table.Tr key={rowKey(row)}>
          {columns.map(({ header, cell, right, bare, lead }) => (
            <Table.Td
              key={header}
              data-header={bare || lead ? undefined : header}
              data-lead={lead}
              {...(right && { ta: 'right' })}
            >
              {cell(row)}
            </Table.Td>
          ))}
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)
