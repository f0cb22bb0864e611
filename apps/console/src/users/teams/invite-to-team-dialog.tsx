import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../client/client'
import { FormDialog } from '../../ui/form-dialog'
import { notify } from '../../ui/notify'
import { TeamRolesInput } from './team-roles-input'
import { useTeamChange } from './use-team-change'

export function InviteToTeamDialog({ team, onClose }: { readonly team: string; onClose(): void }) {
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<string[]>(['member'])
  const change = useTeamChange(team)
  const invite = async () => {
    await change(() => client.teams.invite(team, { email, roles }))
    notify(`An invitation is on its way to ${email}`)
    onClose()
  }
  return (
    <FormDialog
      opened
      title="Invite to the team"
      label="Send invitation"
      disabled={roles.length === 0}
      onSubmit={invite}
      onClose={onClose}
    >
      <TextInput
        label="E-mail"
        description="Another invitation to the same address takes the place of the first."
        type="email"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        required
        autoComplete="off"
        data-autofocus
      />
      <TeamRolesInput value={roles} onChange={setRoles} />
    </FormDialog>
  )
}
