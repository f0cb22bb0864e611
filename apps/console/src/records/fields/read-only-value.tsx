import type { FieldDefinition } from '@holdfast/contract'
import { Box, Input, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { type ReactNode, useId } from 'react'
import { Code } from '../../ui/code'
import { fullTime } from '../../ui/time-ago'
import { safeLink } from '../cells/field-text'
import classes from './field-input.module.css'
import type { FieldContent } from './input-props'

interface ReadOnlyValueProps {
  readonly field: FieldDefinition
  readonly value: FieldContent
  readonly label?: string
  /** Why it cannot be changed. */
  readonly reason?: ReactNode
}

/** A whole value that is only read, and why. */
export function ReadOnlyValue({ field, value, label = field.name, reason }: ReadOnlyValueProps) {
  const id = useId()
  const why = reason ?? (field.type === 'computed' ? `Computed: ${field.expression}` : undefined)
  return (
    <Input.Wrapper label={<span id={id}>{label}</span>} labelElement="div" description={field.description} size="sm">
      <section className={classes.value} aria-labelledby={id}>
        <WholeValue field={field} value={value} />
      </section>
      {why && (
        <Text size="xs" c="var(--hf-muted)" mt={4}>
          <IconLock size={12} style={{ verticalAlign: -1 }} aria-hidden /> {why}
        </Text>
      )}
    </Input.Wrapper>
  )
}

/** All of a value as text: long texts with their line breaks, objects as JSON. */
export function WholeValue({ field, value }: { readonly field: FieldDefinition; readonly value: FieldContent }) {
  if (value === undefined) return <Text c="var(--hf-muted)">not set</Text>
  if (value === null) return <Text c="var(--hf-muted)">null</Text>
  if (value === '') return <Text c="var(--hf-muted)">empty text</Text>
  if (typeof value === 'object')
    return (
      <Box flex={1} miw={0}>
        <Code code={JSON.stringify(value, null, 2)} label={field.name} maxHeight={200} />
      </Box>
    )
  if (field.type === 'datetime' && typeof value === 'string')
    return <time dateTime={value}>{fullTime(new Date(value))}</time>
  const link = field.type === 'url' ? safeLink(String(value)) : undefined
  if (link)
    return (
      <a href={link} target="_blank" rel="noreferrer noopener">
        {String(value)}
      </a>
    )
  return <bdi>{String(value)}</bdi>
}
