import { HoldfastError } from '@holdfast/sdk'
import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client'
import { fieldError, isSaidByFields } from '../ui/field-error'
import { NewPassword } from '../ui/new-password'
import { notify } from '../ui/notify'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { sessionsKey } from './queries'

/** Sets another password, by the one of now. */
export function PasswordSection({ email }: { readonly email: string | undefined }) {
  const [opened, setOpened] = useState(false)
  return (
    <Section
      title="Password"
      description="A change ends your sessions everywhere but here."
      actions={
        !opened && (
          <Button variant="default" onClick={() => setOpened(true)}>
            Change password
          </Button>
        )
      }
    >
      {opened && <PasswordForm email={email} onClose={() => setOpened(false)} />}
    </Section>
  )
}

const isWrong = (error: unknown): boolean => error instanceof HoldfastError && error.code === 'invalid_credentials'

function PasswordForm({ email, onClose }: { readonly email: string | undefined; onClose(): void }) {
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await client.auth.changePassword({ current, password })
      void queries.invalidateQueries({ queryKey: sessionsKey })
      notify('The password is changed')
      onClose()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const isElsewhere = error !== undefined && !isWrong(error) && !isSaidByFields(error, ['password', 'current'])
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={420}>
        {isElsewhere && <Problem error={error} />}
        {/* Password managers want to know whose it is. */}
        <input type="hidden" name="username" autoComplete="username" value={email ?? ''} readOnly />
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={isWrong(error) ? 'This is not your password' : fieldError(error, 'current')}
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
        />
        <NewPassword
          label="New password"
          value={password}
          onChange={setPassword}
          error={fieldError(error, 'password')}
        />
        <Group gap="xs">
          <Button type="submit" loading={busy} disabled={current === '' || password === ''}>
            Set password
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
