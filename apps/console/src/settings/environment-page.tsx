import type { EnvironmentSetting } from '@holdfast/contract'
import { Badge, Code as Inline, Stack, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DataTable } from '../ui/data-table'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { environmentQuery } from './settings-queries'

const columns = [
  { header: 'Key', width: 260, cell: ({ key }: EnvironmentSetting) => <Inline>{key}</Inline> },
  { header: 'Value', width: 260, cell: (setting: EnvironmentSetting) => <Value {...setting} /> },
  { header: 'Meaning', cell: ({ description }: EnvironmentSetting) => <Text c="dimmed">{description}</Text> },
]

/** What is set where the server is started; changed there. */
export function EnvironmentPage() {
  const [search, setSearch] = useState('')
  const environment = useQuery(environmentQuery)
  const fits = ({ key, description }: EnvironmentSetting) =>
    `${key} ${description}`.toLowerCase().includes(search.toLowerCase())
  return (
    <Page
      title="Environment"
      description="What is set where the server is started, by the environment or a .env file. A change takes effect with the next start; secrets are never shown."
    >
      <Stack gap="md">
        <TextInput
          aria-label="Search the environment"
          placeholder="Search"
          leftSection={<IconSearch size={15} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          maw={320}
        />
        <QueryState query={environment} rows={10}>
          {(settings) => (
            <DataTable label="Environment" columns={columns} rows={settings.filter(fits)} rowKey={({ key }) => key} />
          )}
        </QueryState>
      </Stack>
    </Page>
  )
}

function Value({ value, defaultText, secret }: EnvironmentSetting) {
  if (value === null) return <Text c="dimmed">{defaultText === '' ? 'not set' : `${defaultText} (default)`}</Text>
  return secret ? <Badge>Set, and secret</Badge> : <Inline style={{ overflowWrap: 'anywhere' }}>{value}</Inline>
}
