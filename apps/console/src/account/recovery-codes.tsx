import { Alert, Button, Group, Modal, Stack } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Code } from '../ui/code'
import { saveFile } from '../ui/save-file'

/** Codes for the day the app is lost, shown this once. */
export const RecoveryCodes = ({ codes, onKept }: { readonly codes: readonly string[]; onKept(): void }) => (
  <Stack gap="md">
    <Alert title="These are shown only now" color="yellow" variant="light">
      Each signs you in once when you do not have the app. Keep them where you will find them then.
    </Alert>
    <Code code={codes.join('\n')} label="Recovery codes" />
    <Group justify="space-between" gap="xs">
      <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => save(codes)}>
        Download
      </Button>
      <Button onClick={onKept}>I have kept them</Button>
    </Group>
  </Stack>
)

interface RecoveryCodesDialogProps {
  readonly codes: readonly string[] | undefined
  onClose(): void
}

export const RecoveryCodesDialog = ({ codes, onClose }: RecoveryCodesDialogProps) => (
  <Modal
    opened={codes !== undefined}
    onClose={onClose}
    title="Your recovery codes"
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    {codes && <RecoveryCodes codes={codes} onKept={onClose} />}
  </Modal>
)

const save = (codes: readonly string[]): void =>
  saveFile(
    `recovery-codes-${location.hostname}.txt`,
    `Recovery codes for ${location.host}\nEach can be used once.\n\n${codes.join('\n')}\n`,
    'text/plain',
  )
