import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Problem } from './problem'

export interface ConfirmProps {
  readonly opened: boolean
  readonly title: string
  readonly children?: ReactNode
  /** Of the button that does it: a verb. */
  readonly label: string
  readonly danger?: boolean
  /** What has to be typed before it can be done. */
  readonly typed?: string
  onConfirm(): Promise<unknown>
  onClose(): void
}

/** The dialog of `Confirm`. */
export default function ConfirmDialog({
  opened,
  title,
  children,
  label,
  danger = false,
  typed,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const [text, setText] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const close = () => {
    setText('')
    setError(undefined)
    onClose()
  }
  const confirm = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Stack gap="md">
        {children}
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to go on`}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
          />
        )}
        {error !== undefined && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            {...(danger && { color: 'red' })}
            loading={busy}
            disabled={typed !== undefined && text !== typed}
            onClick={confirm}
            data-autofocus
          >
            {label}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
