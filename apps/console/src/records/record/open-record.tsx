import type { CollectionDefinition } from '@holdfast/contract'
import { ActionIcon, Group, Tabs, Text, Title } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { labelFieldOf, labelOf } from '../../client/record-fields'
import { Code } from '../../ui/code'
import { PagePending } from '../../ui/page-pending'
import { useGrid } from '../grid/grid-context'
import { parseGridSearch } from '../grid/grid-search'
import { AccessTab } from './access-tab'
import { CreateRelatedForms } from './create-related'
import { DrawerHead } from './drawer-head'
import { EditRecord } from './edit-record'
import classes from './record.module.css'
import { RecordActions } from './record-actions'
import { useCloseDrawer } from './record-drawer'
import { parseRecordSearch, type RecordTab, recordTabs } from './record-search'
import type { StoredRecord } from './record-values'
import { RelatedTab } from './related-tab'

const HistoryTab = lazy(async () => ({ default: (await import('../history/history-tab')).HistoryTab }))

interface OpenRecordProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
}

const titles: Record<RecordTab, string> = {
  record: 'Record',
  related: 'Related',
  history: 'History',
  json: 'JSON',
  access: 'Access',
}

/** A record and all there is to know of it, in tabs that links can name. */
export function OpenRecord({ collection, record }: OpenRecordProps) {
  const { tab = 'record' } = useSearch({ from: '/shell/data/$collection/$id' })
  const navigate = useNavigate()
  const close = useCloseDrawer(collection.name)
  const show = (name: string | null) =>
    void navigate({
      to: '/data/$collection/$id',
      params: { collection: collection.name, id: record.id },
      search: (old) => ({ ...parseGridSearch(old), ...parseRecordSearch({ tab: name }) }),
      replace: true,
    })
  const { previous, next } = useGrid().neighbours(record.id)
  const open = (id: string | undefined) => {
    if (id === undefined) return
    void navigate({
      to: '/data/$collection/$id',
      params: { collection: collection.name, id },
      search: (old) => ({ ...parseGridSearch(old), ...parseRecordSearch({ tab }) }),
    })
  }
  useHotkeys([
    ['j', () => open(next)],
    ['k', () => open(previous)],
  ])
  return (
    <CreateRelatedForms>
      <DrawerHead
        onClose={close}
        actions={
          <Group gap={2} wrap="nowrap">
            {(previous || next) && (
              <>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={!previous}
                  onClick={() => open(previous)}
                  aria-label="Previous record"
                  title="Previous record (K)"
                >
                  <IconChevronUp size={18} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={!next}
                  onClick={() => open(next)}
                  aria-label="Next record"
                  title="Next record (J)"
                >
                  <IconChevronDown size={18} />
                </ActionIcon>
              </>
            )}
            <RecordActions collection={collection} record={record} />
          </Group>
        }
      >
        <Title order={2}>
          <bdi>{labelOf(record, labelFieldOf(collection)?.name)}</bdi>
        </Title>
        <Text size="xs" c="var(--hf-muted)">
          {collection.name}
        </Text>
      </DrawerHead>
      <Tabs value={tab} onChange={show} className={classes.tabs!} keepMounted={false}>
        <Tabs.List px="md" mt="xs">
          {recordTabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {titles[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="record" className={classes.tabs!} keepMounted>
          <EditRecord
            collection={collection}
            record={record}
            onNext={next === undefined ? undefined : () => open(next)}
          />
        </Tabs.Panel>
        <Tabs.Panel value="related" className={classes.panel!}>
          <RelatedTab collection={collection} record={record} />
        </Tabs.Panel>
        <Tabs.Panel value="history" className={classes.panel!}>
          <Suspense fallback={<PagePending />}>
            <HistoryTab collection={collection} record={record} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="access" className={classes.panel!}>
          <AccessTab collection={collection} record={record} />
        </Tabs.Panel>
        <Tabs.Panel value="json" className={classes.panel!}>
          <Code code={JSON.stringify(record, null, 2)} label="The record as JSON" />
        </Tabs.Panel>
      </Tabs>
    </CreateRelatedForms>
  )
}
