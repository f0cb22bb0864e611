import { Code as Inline, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Code, Copy } from '../../ui/code'
import { Facts } from '../../ui/facts'
import { Section } from '../../ui/section'
import { environmentQuery } from '../settings-queries'

/** What one has to know before one relies on them. */
export const AboutBackups = () => (
  <Section title="What a backup holds">
    <Facts
      facts={[
        {
          name: 'In it',
          value:
            'Every record of every collection, people too, as of one moment; the collections with their rules; the roles.',
        },
        {
          name: 'Not in it',
          value:
            'Credentials: passwords, second factors, passkeys, keys, sessions, tokens. Who has which role, teams, webhooks, settings, old versions and the trash.',
        },
        { name: 'Folder', value: <Folder /> },
        {
          name: 'Everything',
          value: (
            <>
              <Text mb={6}>For what is not in it, let PostgreSQL back up its whole database beside:</Text>
              <Code code={'pg_dump --format=custom --file=holdfast.dump "$DATABASE_URL"'} label="Command" />
            </>
          ),
        },
      ]}
    />
  </Section>
)

function Folder() {
  const { data } = useQuery(environmentQuery)
  const setting = data?.find(({ key }) => key === 'DATA_DIR')
  if (!setting) return <Inline>DATA_DIR/backups</Inline>
  const path = `${(setting.value ?? setting.defaultText).replace(/\/+$/, '')}/backups`
  return (
    <>
      <Inline style={{ overflowWrap: 'anywhere' }}>{path}</Inline> <Copy text={path} />
      <Text mt={4}>
        A file that is copied into it is a backup, also one of another server. Keep copies elsewhere: a lost disk takes
        the database and this folder along.
      </Text>
    </>
  )
}
