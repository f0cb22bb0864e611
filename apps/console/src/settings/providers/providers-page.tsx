import type { SettingsSection } from '@holdfast/contract'
import { Badge, Group, SimpleGrid, Stack, Text, ThemeIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { AnchorLink, ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { Section } from '../../ui/section'
import { settingsQuery } from '../settings-queries'
import { CardLink } from './card-link'
import { kindOf, providerKinds } from './provider-kinds'
import { entriesOf, findSection, providersSection, type StoredProvider } from './provider-queries'

/** By which other providers people sign in, and which could be added. */
export function ProvidersPage() {
  const settings = useQuery(settingsQuery)
  return (
    <Page title="Sign-in providers" description="People sign in by accounts they have elsewhere.">
      <QueryState query={settings}>{(sections) => <Providers sections={sections} />}</QueryState>
    </Page>
  )
}

function Providers({ sections }: { readonly sections: readonly SettingsSection[] }) {
  const set = entriesOf(findSection(sections, providersSection))
  return (
    <Stack gap="xl">
      <Section title="Set up">
        {set.length === 0 ? (
          <Text c="var(--hf-muted)">None yet. Choose one below.</Text>
        ) : (
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {set.map(([id, provider]) => (
              <Configured key={id} id={id} provider={provider} />
            ))}
          </SimpleGrid>
        )}
      </Section>
      <Section title="Add a provider">
        <SimpleGrid cols={{ base: 2, sm: 3, md: 4 }} spacing="sm">
          {providerKinds.map(({ kind, name }) => (
            <CardLink key={kind} to="/settings/providers/add/$kind" params={{ kind }}>
              <Group gap="xs" wrap="nowrap">
                <ProviderMark name={name} />
                <Text fw={500} size="sm">
                  {name}
                </Text>
              </Group>
            </CardLink>
          ))}
        </SimpleGrid>
      </Section>
      <Section title="For companies" description="Single sign-on by SAML 2.0, and names and passwords of a directory.">
        <Group gap="xs">
          <ButtonLink to="/settings/$section" params={{ section: 'auth.saml' }} variant="default" size="xs">
            SAML{countOf(sections, 'auth.saml')}
          </ButtonLink>
          <ButtonLink to="/settings/$section" params={{ section: 'auth.ldap' }} variant="default" size="xs">
            LDAP{countOf(sections, 'auth.ldap')}
          </ButtonLink>
        </Group>
      </Section>
      <Text size="sm" c="var(--hf-muted)">
        Apps say where people come back to. Allow these places under{' '}
        <AnchorLink to="/settings/$section" params={{ section: 'auth.redirects' }} underline="always">
          Redirects
        </AnchorLink>
        .
      </Text>
    </Stack>
  )
}

const countOf = (sections: readonly SettingsSection[], name: string): string => {
  const count = entriesOf(findSection(sections, name)).length
  return count === 0 ? '' : ` (${count})`
}

/** The first letter: signs of companies belong to them. */
const ProviderMark = ({ name }: { readonly name: string }) => (
  <ThemeIcon variant="light" color="gray" size={28} radius="md" aria-hidden>
    <Text size="sm" fw={600}>
      {name[0]}
    </Text>
  </ThemeIcon>
)

function Configured({ id, provider }: { readonly id: string; readonly provider: StoredProvider }) {
  const kind = kindOf(String(provider['kind']))
  const name = typeof provider['name'] === 'string' && provider['name'] !== '' ? provider['name'] : kind.name
  return (
    <CardLink to="/settings/providers/$id" params={{ id }}>
      <Group gap="sm" wrap="nowrap">
        <ProviderMark name={name} />
        <Stack gap={0} flex={1} miw={0}>
          <Text fw={500} truncate>
            {name}
          </Text>
          <Text size="xs" c="var(--hf-muted)" truncate>
            {[id, id !== kind.kind && kind.name].filter(Boolean).join(' · ')}
          </Text>
        </Stack>
        {provider['enabled'] === false ? <Badge color="gray">Off</Badge> : <Badge color="teal">On</Badge>}
      </Group>
    </CardLink>
  )
}
