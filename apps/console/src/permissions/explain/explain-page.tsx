import { Text } from '@mantine/core'
import { IconQuestionMark } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { collectionsQuery } from '../../client/collections'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { ExplainForm } from './explain-form'
import classes from './explain-page.module.css'
import { explanationQuery, toRequest } from './explain-query'
import type { ExplainSearch } from './explain-search'
import { Verdict } from './verdict'

/** Why somebody may or may not do something with a record. Everything asked is in the address. */
export function ExplainPage() {
  const search = useSearch({ from: '/shell/permissions/explain' })
  const navigate = useNavigate({ from: '/permissions/explain' })
  const change = (changes: ExplainSearch) =>
    void navigate({ search: (was) => withoutEmpty({ ...was, ...changes }), replace: true })
  const request = toRequest(search)
  const explanation = useQuery(explanationQuery(request))
  const { data: collections = [] } = useQuery(collectionsQuery)
  const collection = collections.find(({ name }) => name === search.collection)
  return (
    <Page
      title="Explain"
      description="Why somebody may or may not do something. The server asks the same rules as it does for real requests, and writes nothing."
      actions={
        <ButtonLink to="/permissions" variant="default">
          Permissions
        </ButtonLink>
      }
    >
      <div className={classes.columns}>
        <ExplainForm search={search} collections={collections} onChange={change} />
        <section aria-label="Explanation" aria-live="polite" className={classes.answer}>
          {request ? (
            <QueryState query={explanation}>
              {(found) => (
                <Verdict explanation={found} request={request} collection={collection} field={search.field} />
              )}
            </QueryState>
          ) : (
            <EmptyState icon={IconQuestionMark} title="Ask who may do what">
              <Text span>Choose somebody, an action and a record. The answer names the rule that decides.</Text>
            </EmptyState>
          )}
        </section>
      </div>
    </Page>
  )
}

const withoutEmpty = (search: ExplainSearch): ExplainSearch =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''))
