import type { AuditEntry } from '@holdfast/contract'
import { Badge, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { QueryState } from '../ui/query-state'
import { Section } from '../ui/section'
import { TimeAgo } from '../ui/time-ago'
import classes from './home.module.css'
import { auditQuery } from './queries'

/** What admins did last. */
export function RecentPart() {
  const audit = useQuery(auditQuery)
  return (
    <Section title="Recent changes">
      <QueryState query={audit}>
        {(entries) =>
          entries.length === 0 ? (
            <Text c="var(--hf-muted)">Nothing yet. What admins change stands here.</Text>
          ) : (
            <ul className={classes.recent}>
              {entries.map((entry) => (
                <Entry key={entry.id} {...entry} />
              ))}
            </ul>
          )
        }
      </QueryState>
    </Section>
  )
}

/** `schema.apply` as words: `schema apply`. */
const inWords = (action: string): string =>
  action
    .replaceAll('.', ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()

function Entry({ action, target, actorEmail, at, status }: AuditEntry) {
  return (
    <li className={classes.entry}>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="baseline">
        <Text size="sm" className={classes.name!}>
          {inWords(action)}{' '}
          {target && (
            <Text span fw={500}>
              {target}
            </Text>
          )}{' '}
          {status >= 400 && <Badge color="orange">Refused</Badge>}
        </Text>
        <Text size="xs" c="var(--hf-muted)" style={{ flex: 'none' }}>
          <TimeAgo at={at} />
        </Text>
      </Group>
      <Text size="xs" c="var(--hf-muted)" truncate>
        {actorEmail ?? 'Nobody signed in'}
      </Text>
    </li>
  )
}
