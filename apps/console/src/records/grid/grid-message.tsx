import { Button } from '@mantine/core'
import { IconSearchOff, IconTable, IconUpload } from '@tabler/icons-react'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Problem } from '../../ui/problem'
import classes from './grid.module.css'
import type { RecordList } from './record-list'

interface GridMessageProps {
  readonly collection: string
  readonly list: RecordList
  /** Whether a search or a filter leaves records out. */
  readonly isFiltered: boolean
  readonly readOnly: string | undefined
  onShowAll(): void
}

/** What stands in place of rows: why there are none, and what to do. Rows that are there stay when more of them cannot be read. */
export function GridMessage(props: GridMessageProps) {
  const { list } = props
  if (list.error !== undefined && list.isLoaded) return null
  if (list.error === undefined && !(list.isLoaded && list.rowCount === 0)) return null
  return (
    <div className={classes.message}>
      {list.error !== undefined ? (
        <ReadProblem {...props} />
      ) : props.isFiltered ? (
        <Nothing {...props} />
      ) : (
        <None {...props} />
      )}
    </div>
  )
}

/** Why rows could not be read. */
export const ReadProblem = ({ list, isFiltered, onShowAll }: GridMessageProps) => (
  <Problem
    error={list.error}
    onRetry={() => list.retry()}
    actions={
      isFiltered && (
        <Button size="xs" variant="subtle" onClick={onShowAll}>
          Show all records
        </Button>
      )
    }
  />
)

const Nothing = ({ onShowAll }: GridMessageProps) => (
  <EmptyState
    icon={IconSearchOff}
    title="Nothing matches"
    action={
      <Button size="xs" variant="default" onClick={onShowAll}>
        Show all records
      </Button>
    }
  >
    No record is found by this search and filter.
  </EmptyState>
)

const None = ({ collection, readOnly }: GridMessageProps) => (
  <EmptyState
    icon={IconTable}
    title="No records yet"
    action={
      readOnly === undefined && (
        <ButtonLink
          to="/data/$collection/import"
          params={{ collection }}
          size="xs"
          variant="default"
          leftSection={<IconUpload size={14} />}
        >
          Import from a file
        </ButtonLink>
      )
    }
  >
    Make the first one with New, or by the API.
  </EmptyState>
)
