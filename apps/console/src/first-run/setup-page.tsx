import { HoldfastError } from '@holdfast/sdk'
import { Button, Code, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client'
import { sessionQuery } from '../client/session'
import { CenteredCard } from '../ui/centered-card'
import { fieldError, isSaidByFields } from '../ui/field-error'
import { ButtonLink } from '../ui/links'
import { NewPassword } from '../ui/new-password'
import { Problem } from '../ui/problem'
import { setupQuery } from './queries'

/** Where the link of the server leads: makes the first admin, once. */
export function SetupPage() {
  const hash = useLocation({ select: (location) => location.hash })
  const token = new URLSearchParams(hash).get('token') ?? ''
  const { data } = useQuery(setupQuery)
  const [isUsedUp, setIsUsedUp] = useState(false)
  if (data?.ready) return <SetUpAlready />
  if (token === '' || isUsedUp) return <NoGoodLink isUsedUp={isUsedUp} />
  return <FirstAdmin token={token} onUsedUp={() => setIsUsedUp(true)} />
}

function FirstAdmin({ token, onUsedUp }: { readonly token: string; onUsedUp(): void }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await client.auth.setUp({ token, email, password })
      queries.setQueryData(setupQuery.queryKey, { ready: true })
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await navigate({ to: '/welcome', replace: true })
    } catch (failure) {
      if (failure instanceof HoldfastError && failure.code === 'unauthenticated') {
        await queries.refetchQueries({ queryKey: setupQuery.queryKey })
        onUsedUp()
      } else setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <CenteredCard
      title="Create the first admin"
      description="This account may do everything here. More people can be invited later."
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {error !== undefined && !isSaidByFields(error, ['email', 'password']) && <Problem error={error} />}
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={fieldError(error, 'email')}
            required
            withAsterisk={false}
            autoFocus
          />
          <NewPassword label="Password" value={password} onChange={setPassword} error={fieldError(error, 'password')} />
          <Button type="submit" loading={busy} disabled={email === '' || password === ''} fullWidth>
            Create the admin
          </Button>
        </Stack>
      </form>
    </CenteredCard>
  )
}

const SetUpAlready = () => (
  <CenteredCard
    title="This server is set up"
    description="It has an admin already, so its link is of no use any more. Sign in, or ask an admin for an invitation."
  >
    <ButtonLink to="/sign-in">Sign in</ButtonLink>
  </CenteredCard>
)

const NoGoodLink = ({ isUsedUp }: { readonly isUsedUp: boolean }) => (
  <CenteredCard
    title={isUsedUp ? 'This link is not valid any more' : 'This link is not complete'}
    description={
      isUsedUp
        ? 'A link works once, and for 24 hours.'
        : 'The part after # is missing. It may have been lost on copying.'
    }
  >
    <Text>
      Restart the server. While it has no admin, it prints a new link at each start, on a line that begins so:
    </Text>
    <Code block>Create the first admin (once, within 24 hours):</Code>
  </CenteredCard>
)
