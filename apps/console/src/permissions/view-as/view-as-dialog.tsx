import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { toTarget, viewAs } from '../../client/view-as'
import { WhoPicker } from '../who/who-picker'
import { askForView } from './ask-for-view'

/** Asks as whom to look at the data. */
export default function ViewAsDialog() {
  const [target, setTarget] = useState(() => toTarget(viewAs.current))
  const close = () => askForView(false)
  const start = () => {
    if (!target) return
    viewAs.start(target)
    close()
  }
  return (
    <Modal opened onClose={close} title="View data as">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          start()
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="var(--hf-muted)">
            Records are shown as they see them. Nothing can be changed meanwhile, and nothing counts as done by them.
          </Text>
          <WhoPicker value={target} onChange={setTarget} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={!target}>
              View
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
