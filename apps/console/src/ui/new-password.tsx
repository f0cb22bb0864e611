import type { PasswordStrength } from '@holdfast/contract'
import { PasswordInput, Progress, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { client } from '../client/client'

interface NewPasswordProps {
  readonly label: string
  readonly value: string
  onChange(value: string): void
  readonly error?: string | undefined
}

/** A password to set, and what the server thinks of it while it is typed. */
export function NewPassword({ label, value, onChange, error }: NewPasswordProps) {
  const strength = useStrength(value)
  return (
    <Stack gap={6}>
      <PasswordInput
        label={label}
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        required
        withAsterisk={false}
      />
      <Progress
        value={value === '' ? 0 : ((strength?.score ?? 0) + 1) * 20}
        color={colours[strength?.score ?? 0]}
        size={4}
        aria-hidden
      />
      <Text size="xs" c="var(--hf-muted)" aria-live="polite" mih={18}>
        {value === '' ? 'Some words that do not belong together are hard to guess.' : strength && describe(strength)}
      </Text>
    </Stack>
  )
}

const colours = ['red', 'orange', 'yellow', 'teal', 'teal'] as const
const names = ['Guessed at once', 'Easy to guess', 'Fair', 'Good', 'Very good'] as const

function describe({ score, acceptable, breached, warning, suggestions }: PasswordStrength): string {
  const problem = breached ? 'It is known from a leak' : warning?.message
  const advice = score < 3 ? suggestions[0]?.message : undefined
  const parts = [names[score], problem, advice].map((part) => part?.replace(/\.$/, ''))
  return `${[...parts, acceptable ? undefined : 'It cannot be used'].filter(Boolean).join('. ')}.`
}

function useStrength(password: string): PasswordStrength | undefined {
  const [typed] = useDebouncedValue(password, 250)
  const [strength, setStrength] = useState<PasswordStrength>()
  useEffect(() => {
    setStrength(undefined)
    if (typed === '') return
    const control = new AbortController()
    // A hint, not a gate: without it the form works, and the server judges in the end.
    client.auth.account.passwordStrength(typed, { signal: control.signal }).then(setStrength, () => undefined)
    return () => control.abort()
  }, [typed])
  return typed === password ? strength : undefined
}
