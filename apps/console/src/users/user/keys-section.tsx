import type { AdminUserDetails } from '@holdfast/contract'
import { Divider, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ButtonLink } from '../../ui/links'
import { PageList } from '../../ui/page-list'
import { Section } from '../../ui/section'
import { KeysTable } from '../keys/keys-table'
import { keysQuery } from '../queries'

/** Keys that act as this user; people mostly have none, and then there is nothing to show. */
export function KeysSection({ user }: { readonly user: AdminUserDetails }) {
  const keys = useInfiniteQuery(keysQuery(user.id))
  const isService = user.kind === 'service'
  if (!isService && !keys.data?.pages[0]?.data.length) return null
  return (
    <>
      <Divider />
      <Section
        title="API keys"
        actions={
          isService && (
            <ButtonLink to="/api-keys/new" search={{ user: user.id }} size="xs">
              New key
            </ButtonLink>
          )
        }
      >
        <PageList query={keys} empty={<Text c="var(--hf-muted)">It has no key yet, and so cannot do anything.</Text>}>
          {(rows) => <KeysTable keys={rows} />}
        </PageList>
      </Section>
    </>
  )
}
