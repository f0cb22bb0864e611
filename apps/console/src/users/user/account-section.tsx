import type { AdminUserDetails } from '@holdfast/contract'
import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../client/client'
import { Facts } from '../../ui/facts'
import { FormDialog } from '../../ui/form-dialog'
import { ButtonLink } from '../../ui/links'
import { Section } from '../../ui/section'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { RolesInput } from '../parts/roles-input'
import { useUserChange } from './use-user-change'

type Edit = 'email' | 'roles' | 'locale' | 'name'

/** Address, roles and language, and the record with what else the app keeps of the user. */
export function AccountSection({ user }: { readonly user: AdminUserDetails }) {
  const [edit, setEdit] = useState<Edit>()
  const close = () => setEdit(undefined)
  const change = (what: Edit) => (
    <Button size="compact-xs" variant="subtle" onClick={() => setEdit(what)} aria-label={`Change ${labels[what]}`}>
      Change
    </Button>
  )
  const isService = user.kind === 'service'
  return (
    <Section
      title="Account"
      actions={
        <ButtonLink to="/data/$collection" params={{ collection: 'users' }} size="xs" variant="default">
          Records of users
        </ButtonLink>
      }
    >
      <Facts
        facts={[
          ...(isService
            ? [{ name: 'Name', value: user.name ?? '–', action: change('name') }]
            : [
                {
                  name: 'E-mail',
                  value: user.email ? `${user.email}${user.emailIsProven ? '' : ' (not verified)'}` : '–',
                  action: change('email'),
                },
              ]),
          ...(user.phone ? [{ name: 'Phone', value: user.phone }] : []),
          { name: 'Roles', value: <RoleBadges roles={user.roles} />, action: change('roles') },
          ...(isService
            ? []
            : [{ name: 'Language of mails', value: user.locale ?? 'Not set', action: change('locale') }]),
          { name: 'Created', value: <TimeAgo at={user.createdAt} /> },
          ...(isService ? [] : [{ name: 'Last sign-in', value: <TimeAgo at={user.lastSignInAt} /> }]),
        ]}
      />
      {edit === 'roles' && <RolesDialog user={user} onClose={close} />}
      {edit !== undefined && edit !== 'roles' && <TextDialog key={edit} user={user} edit={edit} onClose={close} />}
    </Section>
  )
}

const labels = { email: 'e-mail', roles: 'roles', locale: 'language', name: 'name' } as const

function RolesDialog({ user, onClose }: { readonly user: AdminUserDetails; onClose(): void }) {
  const [roles, setRoles] = useState<string[]>(user.roles)
  const change = useUserChange()
  const save = async () => {
    await change(() => client.admin.users.setRoles(user.id, roles))
    onClose()
  }
  return (
    <FormDialog opened title="Change roles" label="Save roles" onSubmit={save} onClose={onClose}>
      <RolesInput
        value={roles}
        onChange={setRoles}
        description="They count at once, for sessions that are open too."
        data-autofocus
      />
    </FormDialog>
  )
}

const texts = {
  email: {
    title: 'Change e-mail',
    label: 'E-mail',
    description: 'It counts as not verified. Links and codes sent to the old address no longer work.',
  },
  locale: { title: 'Change language', label: 'Language', description: 'Such as en, de or pt-BR. Empty: not set.' },
  name: { title: 'Change name', label: 'Name', description: undefined },
} as const

interface TextDialogProps {
  readonly user: AdminUserDetails
  readonly edit: keyof typeof texts
  onClose(): void
}

function TextDialog({ user, edit, onClose }: TextDialogProps) {
  const [text, setText] = useState(user[edit] ?? '')
  const change = useUserChange()
  const { title, label, description } = texts[edit]
  const save = async () => {
    await change<unknown>(() => {
      if (edit === 'name') return client.admin.serviceAccounts.update(user.id, { name: text })
      return client.admin.users.update(user.id, edit === 'email' ? { email: text } : { locale: text || null })
    })
    onClose()
  }
  return (
    <FormDialog opened title={title} label="Save" onSubmit={save} onClose={onClose}>
      <TextInput
        label={label}
        description={description}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        type={edit === 'email' ? 'email' : 'text'}
        required={edit !== 'locale'}
        autoComplete="off"
        data-autofocus
      />
    </FormDialog>
  )
}
