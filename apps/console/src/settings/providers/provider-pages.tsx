import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { AnchorLink } from '../../ui/links'
import { NotFound } from '../../ui/not-found'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { settingsQuery } from '../settings-queries'
import { ProviderForm } from './provider-form'
import { kindOf, type ProviderKind } from './provider-kinds'
import { entriesOf, findSection, providersSection } from './provider-queries'
import { TestProvider } from './test-provider'

const back = <AnchorLink to="/settings/providers">All providers</AnchorLink>

/** Sets up a provider of a kind; the first of a kind is called like it. */
export function AddProviderPage() {
  const { kind: name } = useParams({ from: '/shell/settings/providers/add/$kind' })
  const navigate = useNavigate()
  const settings = useQuery(settingsQuery)
  const kind = kindOf(name)
  return (
    <Page title={`Add ${kind.name}`} description={back}>
      <QueryState query={settings}>
        {(sections) => {
          const section = findSection(sections, providersSection)
          if (!section) return <NotFound />
          const taken = entriesOf(section).map(([id]) => id)
          return (
            <ProviderForm
              key={name}
              isNew
              section={section}
              kind={kind}
              id={freeId(name, taken)}
              provider={{ kind: name, clientId: '' }}
              onSaved={(id) => void navigate({ to: '/settings/providers/$id', params: { id } })}
            />
          )
        }}
      </QueryState>
    </Page>
  )
}

/** One provider: what is set, whether it works, and the way to take it away. */
export function ProviderPage() {
  const { id } = useParams({ from: '/shell/settings/providers/$id' })
  const settings = useQuery(settingsQuery)
  // The form forgets the secret once it is saved, and a result of before says nothing about what is set now.
  const [saved, setSaved] = useState(0)
  const section = settings.data && findSection(settings.data, providersSection)
  const provider = entriesOf(section).find(([name]) => name === id)?.[1]
  if (settings.data && !provider) return <NotFound />
  const kind: ProviderKind = kindOf(String(provider?.['kind'] ?? ''))
  return (
    <Page title={id} description={back}>
      <QueryState query={settings}>
        {() =>
          section &&
          provider && (
            <>
              <ProviderForm
                key={`${id} ${saved}`}
                section={section}
                kind={kind}
                id={id}
                provider={provider}
                onSaved={() => setSaved((count) => count + 1)}
              />
              <TestProvider key={saved} id={id} />
            </>
          )
        }
      </QueryState>
    </Page>
  )
}

function freeId(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name
  let number = 2
  while (taken.includes(`${name}-${number}`)) number += 1
  return `${name}-${number}`
}
