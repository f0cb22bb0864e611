import type { OidcClient, OidcClientWithSecret, OidcScope } from '@holdfast/contract'
import { Checkbox, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../client/client'
import { FormDialog } from '../../ui/form-dialog'

const scopes: readonly OidcScope[] = ['openid', 'profile', 'email', 'roles', 'teams', 'offline_access']

interface ClientDialogProps {
  /** Left out: a new one. */
  readonly app?: OidcClient
  /** With what a new one is told. */
  onSaved(made: OidcClientWithSecret | undefined): Promise<void>
  onClose(): void
}

/** What is known of an app. */
export function ClientDialog({ app, onSaved, onClose }: ClientDialogProps) {
  const [name, setName] = useState(app?.name ?? '')
  const [kind, setKind] = useState<OidcClient['kind']>(app?.kind ?? 'confidential')
  const [redirectUris, setRedirects] = useState(app?.redirectUris ?? [])
  const [postLogoutRedirectUris, setLogouts] = useState(app?.postLogoutRedirectUris ?? [])
  const [chosen, setChosen] = useState<OidcScope[]>(app?.scopes ?? [...scopes])
  const [trusted, setTrusted] = useState(app?.trusted ?? false)
  const save = async () => {
    const change = { name, redirectUris, postLogoutRedirectUris, scopes: chosen, trusted }
    if (app) {
      await client.admin.oidcClients.update(app.id, change)
      return onSaved(undefined)
    }
    return onSaved(await client.admin.oidcClients.create({ ...change, kind }))
  }
  return (
    <FormDialog
      opened
      title={app ? `Change ${app.name}` : 'Add an app'}
      label={app ? 'Save app' : 'Add app'}
      disabled={redirectUris.length === 0}
      onSubmit={save}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="People read it when they are asked whether the app may know them."
        placeholder="Wiki"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        required
        data-autofocus
      />
      {!app && (
        <Select
          label="Kind"
          data={[
            { value: 'confidential', label: 'Confidential: keeps a secret, as servers can' },
            { value: 'public', label: 'Public: in browsers and on phones' },
          ]}
          value={kind}
          onChange={(value) => setKind(value === 'public' ? 'public' : 'confidential')}
          allowDeselect={false}
        />
      )}
      <TagsInput
        label="Redirect URIs"
        description="Exactly these. Enter after each."
        placeholder={redirectUris.length === 0 ? 'https://wiki.example.com/callback' : ''}
        value={redirectUris}
        onChange={setRedirects}
        acceptValueOnBlur
        required
      />
      <TagsInput
        label="Redirect URIs after signing out"
        value={postLogoutRedirectUris}
        onChange={setLogouts}
        acceptValueOnBlur
      />
      <MultiSelect
        label="What it may ask for"
        data={[...scopes]}
        value={chosen}
        onChange={(names) => setChosen(scopes.filter((scope) => names.includes(scope)))}
      />
      <Checkbox
        label="An app of our own"
        description="Nobody is asked whether it may know them."
        checked={trusted}
        onChange={({ currentTarget }) => setTrusted(currentTarget.checked)}
      />
    </FormDialog>
  )
}
