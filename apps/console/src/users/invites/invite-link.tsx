import type { Invite } from '@holdfast/contract'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { Code } from '../../ui/code'

/** Where the server sends no mail, the link is for the admin to hand over. It is shown this once. */
export const InviteLink = ({ invite, onClose }: { readonly invite: Invite; onClose(): void }) => (
  <Modal opened onClose={onClose} title="The invitation">
    <Stack gap="md">
      <Text>
        This server sends no mail: hand this link to {invite.email}. It is shown this once, and good for seven days.
      </Text>
      <Code code={invite.link ?? ''} label="Link of the invitation" />
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  </Modal>
)
