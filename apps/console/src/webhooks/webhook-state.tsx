import type { DeliveryState, Webhook } from '@holdfast/contract'
import { Badge } from '@mantine/core'

const colors: Readonly<Record<DeliveryState, string>> = {
  pending: 'blue',
  delivered: 'teal',
  failed: 'red',
  cancelled: 'gray',
}

export const DeliveryBadge = ({ state }: { readonly state: DeliveryState }) => (
  <Badge color={colors[state]}>{state}</Badge>
)

/** Whether it delivers, or why not. */
export function WebhookBadge({ webhook: { enabled, disabledReason } }: { readonly webhook: Webhook }) {
  if (enabled) return <Badge color="teal">on</Badge>
  return <Badge color={disabledReason ? 'red' : 'gray'}>{disabledReason ? 'stopped' : 'off'}</Badge>
}
