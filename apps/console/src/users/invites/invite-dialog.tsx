import type { Invite } from '@holdfast/contract'
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../client/client'
import { FormDialog } from '../../ui/form-dialog'
import { RolesInput } from '../parts/roles-input'

interface InviteDialogProps {
  onSent(invite: Invite): Promise<void>
  onClose(): void
}

export function InviteDialog({ onSent, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<string[]>([])
  const send = async () => {
    const invite = await client.admin.users.invite({ email, roles })
    onClose()
    await onSent(invite)
  }
  return (
    <FormDialog opened title="Invite somebody" label="Send invitation" onSubmit={send} onClose={onClose}>
      <TextInput
        label="E-mail"
        type="email"
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        required
        autoComplete="off"
        data-autofocus
      />
      <RolesInput value={roles} onChange={setRoles} description="Given when the invitation is accepted." />
    </FormDialog>
  )
}
