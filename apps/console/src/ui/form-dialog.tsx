import { Button, Group, Modal, type ModalProps, Stack } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Problem } from './problem'

interface FormDialogProps {
  readonly opened: boolean
  readonly title: string
  /** Of the button that does it: a verb. */
  readonly label: string
  readonly size?: ModalProps['size']
  readonly disabled?: boolean
  readonly children: ReactNode
  onSubmit(): Promise<unknown>
  onClose(): void
}

/** A short form over the page: Enter sends it, and it stays open and says why when it fails. */
export function FormDialog({ opened, title, label, size, disabled, children, onSubmit, onClose }: FormDialogProps) {
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const close = () => {
    setError(undefined)
    onClose()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await onSubmit()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={close} title={title} {...(size !== undefined && { size })}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          {children}
          {error !== undefined && <Problem error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={disabled ?? false}>
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
