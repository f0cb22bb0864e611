import { Badge, UnstyledButton } from '@mantine/core'
import classes from './field-input.module.css'
import type { FieldContent, FieldInputProps } from './input-props'

/** Types with an empty value beside null. */
const emptyValues: Partial<Record<string, FieldContent>> = { text: '', richtext: '', multiselect: [], tags: [] }

/** What cannot be seen in the input itself. */
function stateOf(value: FieldContent): string | undefined {
  if (value === null) return 'null'
  if (value === '') return 'empty text'
  return Array.isArray(value) && value.length === 0 ? 'empty list' : undefined
}

/** Says whether a value is null or empty, and changes between the two. */
export function ValueTools({ field, value, onChange, creating, compact, name }: FieldInputProps & { name: string }) {
  if (compact) return null
  const isList = field.type === 'relation' && field.many
  const empty = emptyValues[field.type]
  const canBeNull = !field.required && !isList && value !== null && value !== undefined
  const hasDefault = creating && field.default !== undefined && field.default !== null
  const state = value === undefined && hasDefault ? `default ${shortDefault(field.default)}` : stateOf(value)
  return (
    <span className={classes.tools}>
      {state && (
        <Badge size="sm" color="gray" variant="light" maw={200}>
          {state}
        </Badge>
      )}
      {hasDefault && value !== undefined && (
        <Tool label={`Default: ${name}`} onClick={() => onChange(undefined)}>
          Default
        </Tool>
      )}
      {value === null && empty !== undefined && (
        <Tool label={`Set empty: ${name}`} onClick={() => onChange(empty)}>
          Set empty
        </Tool>
      )}
      {canBeNull && (
        <Tool label={`Set null: ${name}`} onClick={() => onChange(null)}>
          Set null
        </Tool>
      )}
    </span>
  )
}

const shortDefault = (value: FieldContent): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text === '$now' ? 'now' : text.length > 24 ? `${text.slice(0, 24)}…` : text
}

interface ToolProps {
  readonly label: string
  readonly children: string
  onClick(): void
}

const Tool = ({ label, children, onClick }: ToolProps) => (
  <UnstyledButton className={classes.tool} aria-label={label} onClick={onClick}>
    {children}
  </UnstyledButton>
)
