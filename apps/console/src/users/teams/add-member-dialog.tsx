import { useState } from 'react'
import { client } from '../../client/client'
import { FormDialog } from '../../ui/form-dialog'
import { UserInput } from '../parts/user-input'
import { TeamRolesInput } from './team-roles-input'
import { useTeamChange } from './use-team-change'

/** Makes a user a member without an invitation. */
export function AddMemberDialog({ team, onClose }: { readonly team: string; onClose(): void }) {
  const [user, setUser] = useState<string>()
  const [roles, setRoles] = useState<string[]>(['member'])
  const change = useTeamChange(team)
  const add = async () => {
    await change(() => client.teams.add(team, user!, roles))
    onClose()
  }
  return (
    <FormDialog
      opened
      title="Add a member"
      label="Add member"
      disabled={user === undefined || roles.length === 0}
      onSubmit={add}
      onClose={onClose}
    >
      <UserInput label="User" value={user} onChange={setUser} />
      <TeamRolesInput value={roles} onChange={setRoles} />
    </FormDialog>
  )
}
