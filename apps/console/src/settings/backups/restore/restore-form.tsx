import type { BackupDetails, RestoreRequest } from '@holdfast/contract'
import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../../client/client'
import { Confirm } from '../../../ui/confirm'
import { ButtonLink } from '../../../ui/links'
import { Problem } from '../../../ui/problem'
import { CollectionChoice } from './collection-choice'
import { changesAnything, ReportView } from './report-view'

/** What is to come back; what that would change; and then, typed, the deed. */
export function RestoreForm({ backup: { name, contents } }: { readonly backup: BackupDetails }) {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(contents))
  const [exact, setExact] = useState(false)
  const [acceptDataLoss, setAcceptDataLoss] = useState(false)
  const [asks, setAsks] = useState(false)
  const request: RestoreRequest = { exact, ...(chosen.size < contents.length && { collections: [...chosen] }) }
  const attempt = useMutation({
    mutationFn: () => client.admin.backups.restore(name, { ...request, dryRun: true }),
    onMutate: () => setAcceptDataLoss(false),
  })
  const restore = useMutation({
    mutationFn: () => client.admin.backups.restore(name, { ...request, acceptDataLoss }),
    // Records, collections, roles: whatever was read may be another by now.
    onSuccess: () => void queries.invalidateQueries(),
  })
  /** What was tried is about another choice. */
  const change = (apply: () => void) => {
    apply()
    attempt.reset()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    attempt.mutate()
  }
  const tried = attempt.data
  const isLossy = (tried?.lossySteps.length ?? 0) > 0
  if (restore.data)
    return (
      <Stack gap="lg">
        <ReportView report={restore.data} />
        <Group>
          <ButtonLink to="/collections">Look at the collections</ButtonLink>
        </Group>
      </Stack>
    )
  return (
    <Stack gap="xl" maw={820}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <CollectionChoice
            names={contents}
            chosen={chosen}
            disabled={attempt.isPending}
            onChange={(next) => change(() => setChosen(next))}
          />
          <Checkbox
            label="Also delete records that are not in the backup"
            description="Of the chosen collections. People are never deleted."
            checked={exact}
            disabled={attempt.isPending}
            onChange={(event) => {
              const { checked } = event.currentTarget
              change(() => setExact(checked))
            }}
          />
          <Group gap="sm">
            <Button type="submit" disabled={chosen.size === 0} loading={attempt.isPending}>
              See what would change
            </Button>
            <Text size="sm" c="var(--hf-muted)">
              {chosen.size === 0 ? 'Choose a collection first.' : 'Nothing is changed by that.'}
            </Text>
          </Group>
        </Stack>
      </form>
      {attempt.isError && <Problem error={attempt.error} />}
      {tried && (
        <Stack gap="lg">
          <ReportView report={tried} />
          {isLossy && (
            <Checkbox
              label="What the steps in red lose may be lost"
              checked={acceptDataLoss}
              onChange={(event) => setAcceptDataLoss(event.currentTarget.checked)}
            />
          )}
          {changesAnything(tried) && (
            <Group>
              <Button color="red" disabled={isLossy && !acceptDataLoss} onClick={() => setAsks(true)}>
                Restore
              </Button>
            </Group>
          )}
        </Stack>
      )}
      <Confirm
        opened={asks}
        title="Restore the backup"
        label="Restore"
        danger
        typed="restore"
        onClose={() => setAsks(false)}
        onConfirm={() => restore.mutateAsync()}
      >
        <Text>
          {exact
            ? 'What was changed since goes back to what it was, and what was added since is deleted.'
            : 'What was changed since goes back to what it was; what was added since stays.'}{' '}
          All of it or nothing. Realtime and webhooks tell others of each change. There is no way back but another
          backup: make one first if today matters.
        </Text>
      </Confirm>
    </Stack>
  )
}
