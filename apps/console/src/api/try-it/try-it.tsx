import { Alert, Button, Group, NativeSelect, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { JsonEditor } from '../../ui/json-editor'
import { Problem } from '../../ui/problem'
import type { Method, Operation } from '../operation'
import { Answer } from './answer'
import { runRequest, type TryRequest } from './run-request'
import classes from './try-it.module.css'

const methods: Method[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

/** As one types it: readable, and escaped only on its way out. */
const queryText = (query: Operation['query'] = {}): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${value.replaceAll('%', '%25').replaceAll('&', '%26').replaceAll('+', '%2B')}`)
    .join('&')

/** Sends a request to this server and shows what comes back. */
export function TryIt({ operation }: { readonly operation: Operation }) {
  const [request, setRequest] = useState<TryRequest>({
    method: operation.method,
    path: operation.path,
    query: queryText(operation.query),
    body: operation.body === undefined ? '' : JSON.stringify(operation.body, null, 2),
    as: 'admin',
  })
  const queries = useQueryClient()
  const run = useMutation({
    mutationFn: () => runRequest({ ...request, query: encodeQuery(request.query) }),
    // Whatever it changed is shown elsewhere too.
    onSuccess: () => request.method !== 'GET' && void queries.invalidateQueries(),
  })
  const problem = pathProblem(request)
  const change = (part: Partial<TryRequest>) => setRequest({ ...request, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run.mutate()
  }
  const hasBody = request.method !== 'GET' && request.method !== 'DELETE'
  return (
    <section aria-label="Try it" className={classes.panel}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Group justify="space-between" gap="xs">
            <Title order={2} size="h3">
              Try it
            </Title>
            <SegmentedControl
              aria-label="As whom"
              size="xs"
              value={request.as}
              onChange={(as) => change({ as: as as TryRequest['as'] })}
              data={[
                { value: 'admin', label: 'As you, an admin' },
                { value: 'public', label: 'Without a token' },
              ]}
            />
          </Group>
          <Group gap="xs" align="flex-end" className={classes.address!}>
            <NativeSelect
              label="Method"
              data={methods}
              value={request.method}
              onChange={(event) => change({ method: event.currentTarget.value as Method })}
            />
            <TextInput
              label="Path, below /api/v1"
              value={request.path}
              onChange={(event) => change({ path: event.currentTarget.value })}
              error={problem}
              className={classes.grow!}
              spellCheck={false}
            />
          </Group>
          <TextInput
            label="Query"
            value={request.query}
            onChange={(event) => change({ query: event.currentTarget.value })}
            placeholder="limit=20&sort=-createdAt"
            spellCheck={false}
          />
          {hasBody && <JsonEditor label="Body" value={request.body} onChange={(body) => change({ body })} />}
          {request.method !== 'GET' && request.as === 'admin' && isWrite(request.path) && (
            <Text size="sm" c="var(--hf-muted)">
              This changes real records.
            </Text>
          )}
          <Group>
            <Button type="submit" loading={run.isPending} disabled={problem !== undefined}>
              Send
            </Button>
          </Group>
        </Stack>
      </form>
      <div aria-live="polite">
        {run.isError && <Problem error={run.error} />}
        {run.data && <Answer answer={run.data} />}
      </div>
      {run.data?.status === 403 && request.as === 'public' && (
        <Alert variant="light" color="gray" title="Without a token this is not allowed">
          A rule of the role public would allow it. See Permissions.
        </Alert>
      )}
    </section>
  )
}

/** Sign-in and sign-out would change the session that the console itself has. */
function pathProblem({ path, as }: TryRequest): string | undefined {
  if (!path.startsWith('/')) return 'It begins with a slash'
  const isOwnSession = as === 'admin' && /^\/(auth|admin\/setup)\b/.test(path)
  return isOwnSession ? 'This would change your own session: send it without a token' : undefined
}

/** Queries and sums travel by POST and change nothing. */
const isWrite = (path: string): boolean => !/\/(query|aggregate)$/.test(path)

const encodeQuery = (text: string): string => new URLSearchParams(text).toString()
