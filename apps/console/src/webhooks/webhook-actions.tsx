import type { Webhook, WebhookWithSecret } from '@holdfast/contract'
import { ActionIcon, Button, Menu, NumberInput, Stack, Text } from '@mantine/core'
import { IconDots, IconKey, IconPlayerPause, IconPlayerPlay, IconSend, IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../client/client'
import { Confirm } from '../ui/confirm'
import { notify, notifyError } from '../ui/notify'
import { SecretDialog } from './secret-dialog'

interface WebhookActionsProps {
  readonly webhook: Webhook
  onEdit(): void
}

/** What can be done with a webhook. */
export function WebhookActions({ webhook: { id, enabled, url }, onEdit }: WebhookActionsProps) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asks, setAsks] = useState<'delete' | 'rotate'>()
  const [hours, setHours] = useState(24)
  const [rotated, setRotated] = useState<WebhookWithSecret>()
  const refresh = () => queries.invalidateQueries({ queryKey: ['webhooks'] })
  const test = useMutation({
    mutationFn: () => client.admin.webhooks.test(id),
    onSuccess: ({ status, error, durationMs }) => {
      void refresh()
      if (error) notifyError(new Error(`The test failed: ${error}${status ? ` (${status})` : ''}`))
      else notify(`The receiver answered ${status} in ${Math.round(durationMs)} ms`)
    },
    onError: notifyError,
  })
  const turn = useMutation({
    mutationFn: () => client.admin.webhooks.update(id, { enabled: !enabled }),
    onSuccess: refresh,
    onError: notifyError,
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Send a test
      </Button>
      <Button variant="default" onClick={onEdit}>
        Edit
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={enabled ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => turn.mutate()}
          >
            {enabled ? 'Turn off' : 'Turn on'}
          </Menu.Item>
          <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setAsks('rotate')}>
            New secret
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setAsks('delete')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asks === 'rotate'}
        title="New secret"
        label="Make a new secret"
        onClose={() => setAsks(undefined)}
        onConfirm={async () => {
          setRotated(await client.admin.webhooks.rotateSecret(id, { keepOldForHours: hours }))
          void refresh()
        }}
      >
        <Stack gap="sm">
          <Text>Both secrets sign until the old one ends, so that the receiver can change over meanwhile.</Text>
          <NumberInput
            label="The old one goes on for so many hours"
            min={0}
            max={168}
            value={hours}
            onChange={(value) => setHours(Number(value) || 0)}
          />
        </Stack>
      </Confirm>
      <Confirm
        opened={asks === 'delete'}
        title="Delete the webhook"
        label="Delete the webhook"
        danger
        onClose={() => setAsks(undefined)}
        onConfirm={async () => {
          await client.admin.webhooks.delete(id)
          await navigate({ to: '/webhooks' })
          void refresh()
        }}
      >
        <Text style={{ overflowWrap: 'anywhere' }}>
          Its delivery log goes with it, and so does what is still to be delivered to {url}.
        </Text>
      </Confirm>
      <SecretDialog webhook={rotated} oldForHours={hours} onClose={() => setRotated(undefined)} />
    </>
  )
}
