import type { AdminUserInfo } from '@holdfast/contract'
import { Badge, Group, Text } from '@mantine/core'

/** Names of roles; nothing reads as a dash. */
export const RoleBadges = ({ roles }: { readonly roles: readonly string[] }) =>
  roles.length === 0 ? (
    <Text span c="var(--hf-muted)">
      –
    </Text>
  ) : (
    <Group gap={4} component="span">
      {roles.map((role) => (
        <Badge key={role} color={role === 'admin' ? 'orange' : 'gray'}>
          {role}
        </Badge>
      ))}
    </Group>
  )

const kinds = { person: 'Person', anonymous: 'Anonymous', service: 'Service account' } as const

export const kindLabel = (kind: AdminUserInfo['kind']): string => kinds[kind]

/** Whether a user can sign in, and whether the address is proven. */
export function StateBadge({ user }: { readonly user: Pick<AdminUserInfo, 'disabled' | 'emailIsProven' | 'email'> }) {
  if (user.disabled) return <Badge color="red">Disabled</Badge>
  if (user.email !== null && !user.emailIsProven) return <Badge color="yellow">Not verified</Badge>
  return <Badge color="teal">Active</Badge>
}
