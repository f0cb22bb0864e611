import type { CollectionDefinition, PermissionPreview } from '@holdfast/contract'
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../../client/client'
import { collectionsQuery } from '../../client/collections'
import { notify } from '../../ui/notify'
import { Problem } from '../../ui/problem'
import { QueryState } from '../../ui/query-state'
import { GainsAndLosses } from '../preview/gains-and-losses'
import { TestReport } from '../rule-tests/test-report'
import type { RulesDraft } from './use-rules-draft'

interface ReviewDialogProps {
  readonly collection: CollectionDefinition
  readonly draft: RulesDraft
  onClose(): void
  onSaved(collection: CollectionDefinition): void
}

/** What the draft would open and close, for whom; then it is saved, or not. */
export function ReviewDialog({ collection, draft, onClose, onSaved }: ReviewDialogProps) {
  const queries = useQueryClient()
  const rules = [...draft.rules]
  const preview = useQuery({
    queryKey: ['permission preview', collection.name, rules],
    queryFn: ({ signal }) => client.admin.permissions.preview(collection.name, rules, { signal }),
    staleTime: 0,
    gcTime: 0,
  })
  const save = useMutation({
    mutationFn: () => saveRules(collection.name, draft),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: collectionsQuery.queryKey })
      const [saved] = (await queries.ensureQueryData(collectionsQuery)).filter(({ name }) => name === collection.name)
      notify(`The rules of ${collection.name} are saved`)
      onSaved(saved ?? { ...collection, rules })
      onClose()
      void queries.invalidateQueries()
    },
  })
  const failing = (preview.data?.tests.failed ?? 0) > 0
  return (
    <Modal opened onClose={onClose} title="What this changes" size="lg">
      <Stack gap="md">
        <QueryState query={preview}>{(found) => <Preview preview={found} />}</QueryState>
        {save.isError && <Problem error={save.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button
            loading={save.isPending}
            disabled={!preview.data || failing}
            onClick={() => save.mutate()}
            data-autofocus
          >
            Save rules
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Preview({ preview }: { readonly preview: PermissionPreview }) {
  return (
    <Stack gap="md">
      {preview.tests.failed > 0 && (
        <Alert color="red" title="A test fails, so nothing can be saved">
          <Stack gap="xs">
            <Text size="sm">Correct the rules, or the test where it expects too much.</Text>
            <TestReport report={preview.tests} ofOne />
          </Stack>
        </Alert>
      )}
      <GainsAndLosses roles={preview.roles} />
    </Stack>
  )
}

/** By a plan, so that a change that somebody else made meanwhile is not overwritten. */
async function saveRules(name: string, draft: RulesDraft): Promise<void> {
  const stored = await client.admin.collections.get(name)
  if (JSON.stringify(stored.rules ?? []) !== draft.base)
    throw new Error(
      'Somebody else has changed these rules. Copy what you wrote, reload the page, and change them again.',
    )
  const change = { collections: [{ ...stored, rules: [...draft.rules] }] }
  const { hash } = await client.admin.schema.plan(change)
  await client.admin.schema.apply({ ...change, hash })
}
