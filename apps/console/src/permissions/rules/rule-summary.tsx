import type { RuleDefinition } from '@holdfast/contract'
import { Badge, Group, Text } from '@mantine/core'
import { isConditional } from '../matrix/levels'
import { ruleTitle } from '../rule-words'
import classes from './rules.module.css'

/** A rule in a few words: who may do what, where, and with which fields. */
export function RuleSummary({ rule }: { readonly rule: RuleDefinition }) {
  const { role, deny, fields, preset, description, tests = [] } = rule
  return (
    <span className={classes.summary}>
      <Group gap={8} wrap="wrap">
        <Badge color={deny ? 'red' : 'teal'} className={classes.role}>
          {role || 'no role'}
        </Badge>
        <Text span fw={550}>
          {ruleTitle(rule)}
        </Text>
        {tests.length > 0 && (
          <Text span size="xs" c="var(--hf-muted)">
            {tests.length === 1 ? '1 test' : `${tests.length} tests`}
          </Text>
        )}
      </Group>
      {description && (
        <Text span size="sm" className={classes.line}>
          {description}
        </Text>
      )}
      <Text span size="sm" c="var(--hf-muted)" className={classes.line}>
        {isConditional(rule) ? (
          <>
            where <code className={classes.code}>{JSON.stringify(rule.conditions)}</code>
          </>
        ) : (
          'every record'
        )}
        {fields && (
          <>
            {' · only '}
            <code className={classes.code}>{fields.join(', ')}</code>
          </>
        )}
        {preset && (
          <>
            {' · sets '}
            <code className={classes.code}>{JSON.stringify(preset)}</code>
          </>
        )}
      </Text>
    </span>
  )
}
