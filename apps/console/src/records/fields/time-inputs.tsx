import { Button, TextInput } from '@mantine/core'
import { type FieldContent, nothing, type TypeInputProps } from './input-props'

/** What the picker of the browser can show; other years are typed. */
const isCommonDate = (text: string): boolean => text === '' || /^\d{4}-\d\d-\d\d/.test(text)

export function DateInput(props: TypeInputProps) {
  const { field, value, onChange, shown } = props
  const text = typeof value === 'string' ? value : ''
  return (
    <TextInput
      {...shown}
      type={isCommonDate(text) ? 'date' : 'text'}
      value={text}
      min={dateBound(field.min)}
      max={dateBound(field.max)}
      onChange={(event) => onChange(event.currentTarget.value || nothing(props))}
    />
  )
}

const dateBound = (bound: unknown): string | undefined =>
  typeof bound === 'string' && /^\d{4}-\d\d-\d\d$/.test(bound) ? bound : undefined

/** Shown and typed in the time of whoever looks, stored in UTC. */
export function DatetimeInput(props: TypeInputProps) {
  const { value, onChange, shown, compact } = props
  const local = localTime(value)
  const isShown = typeof value !== 'string' || local !== undefined
  const utc =
    local !== undefined && !compact ? `${new Date(String(value)).toISOString().replace('T', ' ').slice(0, -5)} UTC` : ''
  const setNow = () => onChange(new Date().toISOString())
  return (
    <TextInput
      {...shown}
      description={compact ? undefined : [shown.description, utc].filter(Boolean).join(' · ') || undefined}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      {...(isShown
        ? {
            type: 'datetime-local',
            // Milliseconds are shown where there are some: the picker would refuse the value otherwise.
            step: local && !local.endsWith('.000') ? 0.001 : 1,
            value: local?.replace(/\.000$/, '') ?? '',
            onChange: (event) => onChange(utcTime(event.currentTarget.value) ?? nothing(props)),
          }
        : { value: String(value), onChange: (event) => onChange(event.currentTarget.value || nothing(props)) })}
      rightSectionWidth={54}
      rightSection={
        compact ? undefined : (
          <Button variant="subtle" size="compact-xs" onClick={setNow} aria-label={`Now: ${props.name}`}>
            Now
          </Button>
        )
      }
    />
  )
}

/** `2026-11-21T14:05:00.000` in local time; undefined for what is no time, or of a year the browser cannot show. */
function localTime(value: FieldContent): string | undefined {
  if (typeof value !== 'string') return undefined
  const date = new Date(value)
  const year = date.getFullYear()
  if (Number.isNaN(year) || year < 1000 || year > 9999) return undefined
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1)
}

function utcTime(local: string): string | undefined {
  const date = new Date(local)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
