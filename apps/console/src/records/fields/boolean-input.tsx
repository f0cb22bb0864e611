import { Input, SegmentedControl } from '@mantine/core'
import { useId } from 'react'
import type { TypeInputProps } from './input-props'

/** Three states where a value need not be there. */
export function BooleanInput({ field, value, onChange, shown: { 'aria-label': ariaLabel, ...shown } }: TypeInputProps) {
  const id = useId()
  const data = ['true', 'false', ...(field.required ? [] : ['null'])]
  const { autoFocus: _, 'data-autofocus': __, ...wrapper } = shown
  return (
    <Input.Wrapper {...wrapper} label={shown.label && <span id={id}>{shown.label}</span>} labelElement="div">
      <SegmentedControl
        data={data}
        value={value === undefined ? '' : String(value)}
        onChange={(chosen) => onChange(chosen === 'null' ? null : chosen === 'true')}
        size={shown.size}
        {...(ariaLabel ? { 'aria-label': ariaLabel } : { 'aria-labelledby': id })}
        style={{ display: 'flex', width: 'fit-content' }}
      />
    </Input.Wrapper>
  )
}
