import type { FieldDefinition } from '@holdfast/contract'
import { Radio, Text } from '@mantine/core'
import type { FieldContent } from '../fields/input-props'
import { WholeValue } from '../fields/read-only-value'
import classes from './conflict.module.css'

export type Side = 'mine' | 'theirs'

interface ConflictFieldProps {
  readonly field: FieldDefinition
  readonly base: FieldContent
  readonly mine: FieldContent
  readonly theirs: FieldContent
  readonly chosen: Side | undefined
  onChoose(side: Side): void
}

/** One field: mine and theirs beside each other, and what it was before both. */
export const ConflictField = ({ field, base, mine, theirs, chosen, onChoose }: ConflictFieldProps) => (
  <Radio.Group value={chosen ?? ''} onChange={(side) => onChoose(side as Side)} label={field.name} labelElement="div">
    <div className={classes.sides}>
      {(['mine', 'theirs'] as const).map((side) => (
        <Radio.Card key={side} value={side} className={classes.side!} aria-label={`${field.name}: ${side}`}>
          <div className={classes.choice}>
            <Radio.Indicator size="xs" />
            <Text size="xs" c="var(--hf-muted)">
              {side === 'mine' ? 'Mine' : 'Theirs'}
            </Text>
          </div>
          <div className={classes.value}>
            <ShortValue field={field} value={side === 'mine' ? mine : theirs} />
          </div>
        </Radio.Card>
      ))}
    </div>
    <div className={classes.base}>
      <Text span size="xs" c="var(--hf-muted)">
        Before:
      </Text>
      <ShortValue field={field} value={base} />
    </div>
  </Radio.Group>
)

/** As text, since it stands in a button. */
const ShortValue = ({ field, value }: { readonly field: FieldDefinition; readonly value: FieldContent }) =>
  typeof value === 'object' && value !== null ? (
    <span className={classes.json}>{JSON.stringify(value, null, 1)}</span>
  ) : field.type === 'url' && value ? (
    <bdi>{String(value)}</bdi>
  ) : (
    <WholeValue field={field} value={value} />
  )
