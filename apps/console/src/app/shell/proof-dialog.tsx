import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { Problem } from '../../ui/problem'

/** The question who is here. */
export default function ProofDialog({ onAnswer }: { onAnswer(proven: boolean): void }) {
  return (
    <Modal opened onClose={() => onAnswer(false)} title="Is it still you?">
      <ProofForm onProven={() => onAnswer(true)} />
    </Modal>
  )
}

function ProofForm({ onProven }: { onProven(): void }) {
  const factors = useQuery({ queryKey: ['my-factors'], queryFn: () => client.auth.mfa.list() })
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const kinds = factors.data?.factors.map(({ kind }) => kind) ?? []
  const asksCode = kinds.includes('totp')
  const prove = async (proof?: { password: string } | { code: string }) => {
    setBusy(true)
    setError(undefined)
    try {
      await client.auth.account.stepUp(proof)
      onProven()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void prove(asksCode ? { code: secret } : { password: secret })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>This needs a fresh proof of who you are. Then it goes on by itself.</Text>
        {asksCode ? (
          <TextInput
            label="Code of your authenticator app"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
            data-autofocus
          />
        ) : (
          <PasswordInput
            label="Password"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
          />
        )}
        {error !== undefined && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          {kinds.includes('passkey') && (
            <Button variant="default" onClick={() => void prove()}>
              Use a passkey
            </Button>
          )}
          <Button type="submit" loading={busy} disabled={secret === ''}>
            Go on
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
