import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconDownload, IconExternalLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../client/collections'
import { Code } from '../ui/code'
import { ButtonLink } from '../ui/links'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { saveFile } from '../ui/save-file'
import { Section } from '../ui/section'
import { typesQuery } from './queries'

/** How apps speak to this server. */
export function ApiPage() {
  return (
    <Page
      title="API"
      description="Every app speaks to this server by HTTP and JSON, or by the SDK. What it may do, rules decide."
      actions={
        <Button
          component="a"
          variant="default"
          href="/api/v1/docs"
          target="_blank"
          rel="noreferrer noopener"
          rightSection={<IconExternalLink size={15} />}
        >
          Reference
        </Button>
      }
    >
      <Stack gap={40}>
        <Collections />
        <Connect />
        <Types />
      </Stack>
    </Page>
  )
}

function Collections() {
  const collections = useQuery(collectionsQuery)
  return (
    <Section title="Collections" description="Requests with your own fields and values, to copy and to try.">
      <QueryState query={collections} rows={2}>
        {(list) => (
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs">
            {list.map(({ name }) => (
              <ButtonLink
                key={name}
                to="/api/$collection"
                params={{ collection: name }}
                variant="default"
                justify="flex-start"
              >
                {name}
              </ButtonLink>
            ))}
          </SimpleGrid>
        )}
      </QueryState>
    </Section>
  )
}

const login = (origin: string): string =>
  `curl -X POST '${origin}/api/v1/auth/login' \\
  -H 'Content-Type: application/json' \\
  -d '{ "email": "ada@example.com", "password": "…" }'

export TOKEN='the accessToken of the answer, or an API key'`

const connect = (origin: string): string =>
  `import { createClient } from '@holdfast/sdk'
import type { Schema } from './schema.js'

const client = createClient<Schema>('${origin}')
await client.auth.signInWithPassword({ email, password })`

function Connect() {
  const { origin } = location
  return (
    <Section
      title="Connect"
      description="Without a token, the rules of the role public hold. Servers and scripts take an API key in place of a password."
    >
      <Stack gap="sm">
        <Text fw={500}>Address</Text>
        <Code code={`${origin}/api/v1`} label="Address of the API" />
        <Text fw={500}>curl</Text>
        <Code code={login(origin)} label="Sign in by curl" />
        <Text fw={500}>TypeScript</Text>
        <Code code={connect(origin)} label="Connect by the SDK" />
        <Text size="sm" c="var(--hf-muted)">
          For other languages there is an{' '}
          <Anchor inherit underline="always" href="/api/v1/openapi.json" target="_blank" rel="noreferrer noopener">
            OpenAPI document
          </Anchor>{' '}
          of your own collections.
        </Text>
      </Stack>
    </Section>
  )
}

function Types() {
  const types = useQuery(typesQuery)
  return (
    <Section
      title="Types"
      description="With these the compiler checks collections, fields, filters and bodies. Take them anew when collections change."
      actions={
        types.data !== undefined && (
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconDownload size={16} />}
              onClick={() => saveFile('schema.d.ts', types.data, 'text/plain')}
            >
              Download schema.d.ts
            </Button>
          </Group>
        )
      }
    >
      <QueryState query={types}>{(text) => <Code code={text} label="Types" maxHeight={360} />}</QueryState>
    </Section>
  )
}
