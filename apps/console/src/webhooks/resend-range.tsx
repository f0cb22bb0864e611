import { type DeliveryState, deliveryStates } from '@holdfast/contract'
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client'
import { Confirm } from '../ui/confirm'
import { notify } from '../ui/notify'

/** `2026-01-31T12:00`, in local time, as fields for a time have it. */
function toLocal(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Sends the deliveries of a span of time again: what failed while a receiver was down. */
export function ResendRange({ webhook }: { readonly webhook: string }) {
  const queries = useQueryClient()
  const [opened, setOpened] = useState(false)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [states, setStates] = useState<readonly string[]>(['failed'])
  const open = () => {
    setFrom(toLocal(new Date(Date.now() - 24 * 3_600_000)))
    setTo(toLocal(new Date(Date.now() + 60_000)))
    setOpened(true)
  }
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        Resend many
      </Button>
      <Confirm
        opened={opened}
        title="Resend many"
        label="Resend"
        onClose={() => setOpened(false)}
        onConfirm={async () => {
          const range = { from: toTime(from), to: toTime(to), states: [...states] as DeliveryState[] }
          const count = await client.admin.webhooks.resendRange(webhook, range)
          await queries.invalidateQueries({ queryKey: ['webhooks', webhook] })
          notify(count === 1 ? 'One delivery is sent again' : `${count} deliveries are sent again`)
        }}
      >
        <Stack gap="sm">
          <Text>They are sent again under the same ids, so that receivers know what they have had.</Text>
          <Group grow>
            <TextInput
              label="From"
              type="datetime-local"
              value={from}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
            <TextInput
              label="To"
              type="datetime-local"
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          </Group>
          <Checkbox.Group label="Those that are" value={[...states]} onChange={setStates}>
            <Group gap="md" mt={6}>
              {deliveryStates.map((state) => (
                <Checkbox key={state} value={state} label={state} />
              ))}
            </Group>
          </Checkbox.Group>
        </Stack>
      </Confirm>
    </>
  )
}

function toTime(local: string): string {
  const date = new Date(local)
  if (Number.isNaN(date.getTime())) throw new Error('Give both times')
  return date.toISOString()
}
