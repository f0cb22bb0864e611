import type { LoggedChange } from '@holdfast/contract'
import { Badge, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { shortId } from '../../client/record-fields'
import { Person } from '../../records/record/person'
import { ChangeDetail, changedFields } from './change-detail'
import classes from './tail.module.css'

const colors = { create: 'teal', update: 'blue', delete: 'red' } as const

/** One change; opens to what was before and after. */
export function ChangeRow({ change }: { readonly change: LoggedChange }) {
  const [opened, setOpened] = useState(false)
  const { collection, record, action, user, at } = change
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <UnstyledButton className={classes.head} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          <IconChevronRight size={14} className={classes.chevron} data-opened={opened} />
          <time dateTime={at} className={classes.time}>
            {new Date(at).toLocaleTimeString()}
          </time>
          <Badge color={colors[action]}>{action}</Badge>
          <Text span fw={550}>
            {collection}
          </Text>
          <Text span ff="monospace" size="sm">
            {shortId(record)}
          </Text>
          <Text span size="sm" c="var(--hf-muted)" className={classes.fields}>
            {action === 'update'
              ? changedFields(change)
                  .filter((name) => !quiet.has(name))
                  .join(', ')
              : ''}
          </Text>
        </UnstyledButton>
        <Text span size="sm" className={classes.person}>
          {user ? <Person id={user} /> : 'not by the API'}
        </Text>
      </div>
      {opened && <ChangeDetail change={change} />}
    </li>
  )
}

/** They change with every change. */
const quiet = new Set(['updatedAt', 'version'])
