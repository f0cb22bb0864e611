import type { WebhookWithSecret } from '@holdfast/contract'
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import { Code } from '../ui/code'

interface SecretDialogProps {
  readonly webhook: WebhookWithSecret | undefined
  /** When the secret before this one ends, in hours. */
  readonly oldForHours?: number
  onClose(): void
}

/** The secret, the one time it is shown. Closes by its button alone, so that no stray key loses it. */
export const SecretDialog = ({ webhook, oldForHours, onClose }: SecretDialogProps) => (
  <Modal
    opened={webhook !== undefined}
    onClose={onClose}
    title="The signing secret"
    closeOnClickOutside={false}
    closeOnEscape={false}
    withCloseButton={false}
  >
    <Stack gap="md">
      <Text>
        The receiver proves with it that a call comes from here: the headers <b>webhook-id</b>, <b>webhook-timestamp</b>{' '}
        and <b>webhook-signature</b> follow Standard Webhooks.
      </Text>
      {webhook && <Code code={webhook.secret} label="Signing secret" />}
      <Alert color="orange" icon={<IconEyeOff size={18} />} title="It is shown this once">
        Keep it where the receiver reads its secrets.
        {oldForHours !== undefined && ` The one before signs beside it for ${oldForHours} hours.`}
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          I have kept it
        </Button>
      </Group>
    </Stack>
  </Modal>
)
