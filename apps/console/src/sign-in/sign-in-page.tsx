import { SecondFactorRequired } from '@holdfast/sdk'
import { Anchor, Button, Divider, PasswordInput, PinInput, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client'
import { sessionQuery } from '../client/session'
import { NoAdminYet } from '../first-run/no-admin-yet'
import { CenteredCard } from '../ui/centered-card'
import { Problem } from '../ui/problem'

/** The way into the console: password or passkey, and a second factor where one is asked for. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' })
  const [second, setSecond] = useState<SecondFactorRequired>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const session = useQuery(sessionQuery)
  const navigate = useNavigate()

  const attempt = async (signIn: () => Promise<unknown>) => {
    setBusy(true)
    setError(undefined)
    try {
      await signIn()
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 })
      await navigate({ to: isOurs(next) ? next : '/' })
    } catch (failure) {
      if (failure instanceof SecondFactorRequired) setSecond(failure)
      else if (!isDeclined(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }

  if (session.data && !session.data.isAdmin) return <NotAdmin email={session.data.user.email ?? 'This account'} />
  return (
    <CenteredCard title={second ? 'One more proof' : 'Sign in'}>
      {error !== undefined && <Problem error={error} />}
      <NoAdminYet />
      {second ? (
        <SecondFactor second={second} busy={busy} attempt={attempt} />
      ) : (
        <FirstFactor busy={busy} attempt={attempt} />
      )}
    </CenteredCard>
  )
}

/** Only paths of the console: a link must not lead people elsewhere after they signed in. */
const isOurs = (next: string | undefined): next is string => next !== undefined && /^\/(?![/\\])/.test(next)

/** Closing the dialogue of the browser is no failure. */
const isDeclined = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotAllowedError'

interface StepProps {
  readonly busy: boolean
  attempt(signIn: () => Promise<unknown>): Promise<void>
}

function FirstFactor({ busy, attempt }: StepProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void attempt(() => client.auth.signInWithPassword({ email, password }))
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username webauthn"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          withAsterisk={false}
          autoFocus
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={busy} fullWidth>
          Sign in
        </Button>
        <Divider label="or" />
        <Button variant="default" fullWidth onClick={() => void attempt(() => client.auth.passkeys.signIn())}>
          Use a passkey
        </Button>
        <Text size="sm">
          <Anchor href="/auth/ui/forgot">Forgot your password?</Anchor>
        </Text>
      </Stack>
    </form>
  )
}

function SecondFactor({ second, busy, attempt }: StepProps & { readonly second: SecondFactorRequired }) {
  const [code, setCode] = useState('')
  const [usesRecovery, setUsesRecovery] = useState(!second.factors.includes('totp'))
  const verify = (value: string) => attempt(() => client.auth.mfa.verify(second.mfaToken, value))
  if (second.factors.length === 0)
    return (
      <Text>
        A role of yours asks for a second factor, and you have none yet. <Anchor href="/auth/ui">Sign in here</Anchor>{' '}
        to set one up, then come back.
      </Text>
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void verify(code)
      }}
    >
      <Stack gap="md">
        {usesRecovery ? (
          <TextInput
            label="Recovery code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="off"
          />
        ) : (
          <Stack gap={4}>
            <Text size="sm">Code of your authenticator app</Text>
            <PinInput
              length={6}
              type="number"
              oneTimeCode
              autoFocus
              aria-label="Code of your authenticator app"
              onChange={setCode}
              onComplete={(value) => void verify(value)}
            />
          </Stack>
        )}
        <Button type="submit" loading={busy} disabled={code === ''} fullWidth>
          Go on
        </Button>
        {second.factors.includes('passkey') && (
          <Button
            variant="default"
            fullWidth
            onClick={() => void attempt(() => client.auth.mfa.verifyPasskey(second.mfaToken))}
          >
            Use a passkey
          </Button>
        )}
        {second.factors.includes('totp') && (
          <Button variant="subtle" size="xs" onClick={() => setUsesRecovery(!usesRecovery)}>
            {usesRecovery ? 'Use the authenticator app' : 'Use a recovery code'}
          </Button>
        )}
      </Stack>
    </form>
  )
}

function NotAdmin({ email }: { readonly email: string }) {
  const queries = useQueryClient()
  const signOut = async () => {
    await client.auth.signOut()
    await queries.resetQueries({ queryKey: sessionQuery.queryKey })
  }
  return (
    <CenteredCard
      title="This is for admins"
      description={`${email} is signed in, and has not the role admin. An admin can give it, under Users.`}
    >
      <Button variant="default" onClick={() => void signOut()}>
        Sign in as somebody else
      </Button>
    </CenteredCard>
  )
}
