import { TagsInput } from '@mantine/core'

interface TeamRolesInputProps {
  readonly value: string[]
  onChange(roles: string[]): void
}

/** Roles in a team: owner and admin change who is in it, all others are names that rules ask for. */
export const TeamRolesInput = ({ value, onChange }: TeamRolesInputProps) => (
  <TagsInput
    label="Roles in the team"
    description="Owners and admins change who is in it. Other names mean what your rules say. Enter after each."
    data={['owner', 'admin', 'member']}
    value={value}
    onChange={onChange}
    acceptValueOnBlur
  />
)
