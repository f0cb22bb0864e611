import { Button, Checkbox, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { AnchorLink, ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { RolesInput } from '../parts/roles-input'
import { useUserChange } from './use-user-change'

/** Makes an account for somebody, without a mail. */
export function NewUserPage() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [roles, setRoles] = useState<string[]>([])
  const [emailIsProven, setProven] = useState(false)
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const navigate = useNavigate()
  const change = useUserChange()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const made = await change(() =>
        client.admin.users.create({ email, roles, emailIsProven, ...(password !== '' && { password }) }),
      )
      await navigate({ to: '/users/$id', params: { id: made.id } })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Page
      title="Add a user"
      description={
        <>
          Makes an account at once. To let people choose their own password,{' '}
          <AnchorLink to="/invites" underline="always">
            invite them
          </AnchorLink>
          .
        </>
      }
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md" maw={460}>
          <TextInput
            label="E-mail"
            type="email"
            value={email}
            onChange={({ currentTarget }) => setEmail(currentTarget.value)}
            required
            autoComplete="off"
            autoFocus
          />
          <PasswordInput
            label="Password"
            description="Left out: the user sets one by the mail for forgotten passwords."
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
            autoComplete="new-password"
          />
          <RolesInput value={roles} onChange={setRoles} />
          <Checkbox
            label="The address needs no proof"
            checked={emailIsProven}
            onChange={({ currentTarget }) => setProven(currentTarget.checked)}
          />
          {error !== undefined && <Problem error={error} />}
          <Group gap="xs">
            <Button type="submit" loading={busy}>
              Add user
            </Button>
            <ButtonLink to="/users" variant="default">
              Cancel
            </ButtonLink>
          </Group>
        </Stack>
      </form>
    </Page>
  )
}
