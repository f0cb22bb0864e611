import type { NewTotp } from '@holdfast/contract'
import { Button, Group, Modal, PinInput, Skeleton, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { client } from '../client/client'
import { Code } from '../ui/code'
import { notify } from '../ui/notify'
import { Problem } from '../ui/problem'
import { factorsQuery } from './queries'
import { RecoveryCodes } from './recovery-codes'

/** Shows an app what to know, and takes a first code as proof that it does. */
export function EnrolApp({ onClose }: { onClose(): void }) {
  const queries = useQueryClient()
  const [codes, setCodes] = useState<readonly string[]>()
  const finish = (recoveryCodes: readonly string[]) => {
    void queries.invalidateQueries({ queryKey: factorsQuery.queryKey })
    notify('The app is set up')
    if (recoveryCodes.length === 0) onClose()
    else setCodes(recoveryCodes)
  }
  const mustStay = codes !== undefined
  return (
    <Modal
      opened
      onClose={onClose}
      title={codes ? 'Your recovery codes' : 'Set up an authenticator app'}
      closeOnClickOutside={!mustStay}
      closeOnEscape={!mustStay}
      withCloseButton={!mustStay}
    >
      {codes ? <RecoveryCodes codes={codes} onKept={onClose} /> : <FirstCode onConfirmed={finish} />}
    </Modal>
  )
}

function FirstCode({ onConfirmed }: { onConfirmed(recoveryCodes: readonly string[]): void }) {
  const [totp, setTotp] = useState<NewTotp>()
  const [code, setCode] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    const control = new AbortController()
    const ignoreAbort = (failure: unknown) => control.signal.aborted || setError(failure)
    client.auth.mfa.enrollTotp({ signal: control.signal }).then(setTotp, ignoreAbort)
    return () => control.abort()
  }, [])
  const confirm = async (value: string) => {
    setBusy(true)
    setError(undefined)
    try {
      onConfirmed(await client.auth.mfa.confirmTotp(value))
    } catch (failure) {
      setError(failure)
      setCode('')
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void confirm(code)
  }
  if (!totp) return error === undefined ? <Skeleton height={240} /> : <Problem error={error} />
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>Scan this with the app, or type the key into it.</Text>
        <Group justify="center">
          {/* On white, or cameras do not read it by night. */}
          <img src={totp.qr} alt="The key as a QR code" width={190} height={190} style={{ background: '#fff' }} />
        </Group>
        <Code code={totp.secret} label="Key" />
        <Stack gap={4}>
          <Text size="sm" fw={500}>
            The code that the app shows
          </Text>
          <PinInput
            length={6}
            type="number"
            oneTimeCode
            value={code}
            onChange={setCode}
            onComplete={(value) => void confirm(value)}
            aria-label="Code of the app"
          />
        </Stack>
        {error !== undefined && <Problem error={error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={code.length < 6}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
