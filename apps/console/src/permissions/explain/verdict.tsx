import type { CollectionDefinition, ExplainRequest, Explanation, FailedCondition, Json } from '@holdfast/contract'
import { Badge, Group, Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { RuleJson } from '../rule-json'
import { withRuleNumbers } from '../rule-words'
import classes from './verdict.module.css'
import { VerdictFields } from './verdict-fields'

interface VerdictProps {
  readonly explanation: Explanation
  readonly request: ExplainRequest
  readonly collection: CollectionDefinition | undefined
  /** The field that was asked for. */
  readonly field: string | undefined
}

/** An explanation: yes or no, the rule that decided, what of it did not hold, and what of the record is open. */
export function Verdict({ explanation, request, collection, field }: VerdictProps) {
  const { allowed, reason, rule, failed, fields } = explanation
  const definition = rule ? collection?.rules?.[rule.index] : undefined
  const Icon = allowed ? IconCircleCheck : IconCircleX
  return (
    <Stack gap="lg">
      <div className={classes.banner} data-allowed={allowed}>
        <Icon size={22} className={classes.icon} aria-hidden />
        <div>
          <Text fw={600} size="lg">
            {allowed ? 'Allowed' : 'Denied'}
          </Text>
          <Text className={classes.reason}>{withRuleNumbers(reason)}</Text>
        </div>
      </div>
      {rule && definition && (
        <Stack gap="xs">
          <Group gap="xs">
            <Title order={2}>The rule that decides</Title>
            <Badge color={rule.deny ? 'red' : 'teal'}>{rule.deny ? 'denies' : 'allows'}</Badge>
          </Group>
          <Text size="sm" c="var(--hf-muted)">
            Rule {rule.index + 1} of{' '}
            <AnchorLink
              underline="always"
              to="/permissions/$collection"
              params={{ collection: request.collection }}
              search={{ rule: rule.index }}
            >
              {request.collection}
            </AnchorLink>
            {rule.description && `: ${rule.description}`}
          </Text>
          <RuleJson rule={definition} label="The rule that decides" marked={failed.map(({ path }) => path)} />
        </Stack>
      )}
      {!rule && !allowed && (
        <Text>
          No rule of{' '}
          <AnchorLink to="/permissions/$collection" params={{ collection: request.collection }} underline="always">
            {request.collection}
          </AnchorLink>{' '}
          speaks about it. What no rule allows is denied.
        </Text>
      )}
      {failed.length > 0 && (
        <Stack gap="xs">
          <Title order={2}>What did not hold</Title>
          <DataTable
            label="Conditions that did not hold"
            rows={failed}
            rowKey={({ path, operator }) => `${path} ${operator}`}
            columns={failedColumns}
          />
        </Stack>
      )}
      {(allowed || request.action !== 'read') && (
        <VerdictFields
          fields={fields}
          asked={field}
          writes={request.action === 'create' || request.action === 'update'}
        />
      )}
    </Stack>
  )
}

const failedColumns = [
  { header: 'Field', cell: ({ path }: FailedCondition) => <code>{path}</code> },
  {
    header: 'Must',
    cell: ({ operator, expected }: FailedCondition) => (
      <code className={classes.value}>
        {operator} {show(expected)}
      </code>
    ),
  },
  { header: 'Is', cell: ({ actual }: FailedCondition) => <code className={classes.value}>{show(actual)}</code> },
]

function show(value: Json): string {
  const text = JSON.stringify(value) ?? 'null'
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
