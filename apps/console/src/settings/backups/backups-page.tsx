import { Button, Stack } from '@mantine/core'
import { IconArchive, IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../../client/client'
import { EmptyState } from '../../ui/empty-state'
import { notifyError } from '../../ui/notify'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { Section } from '../../ui/section'
import { SectionForm } from '../section-form'
import { settingsQuery } from '../settings-queries'
import { AboutBackups } from './about-backups'
import { BackupsTable } from './backups-table'
import { backupsQuery } from './queries'

/** Backups that there are, when they are made, and what they hold. */
export function BackupsPage() {
  const queries = useQueryClient()
  const backups = useQuery(backupsQuery)
  const settings = useQuery(settingsQuery)
  const schedule = settings.data?.find(({ section }) => section === 'backups')
  const create = useMutation({
    mutationFn: () => client.admin.backups.create(),
    onSuccess: () => queries.invalidateQueries(backupsQuery),
    onError: notifyError,
  })
  const isRunning = backups.data?.some(({ state }) => state === 'running') ?? false
  const button = (
    <Button
      leftSection={<IconPlus size={16} />}
      loading={create.isPending}
      disabled={isRunning}
      onClick={() => create.mutate()}
    >
      Back up now
    </Button>
  )
  return (
    <Page
      title="Backups"
      description="All records and what defines them, each backup one file on this server."
      actions={backups.data?.length ? button : undefined}
    >
      <Stack gap={40}>
        <QueryState query={backups}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState icon={IconArchive} title="No backups yet" action={button}>
                A backup brings records back as they were: after a wrong change or a wrong import, or on another server.
              </EmptyState>
            ) : (
              <BackupsTable backups={all} />
            )
          }
        </QueryState>
        <Section
          title="By the clock"
          description="Backups that the server makes by itself. It then deletes the oldest beyond those to keep, also ones made by hand."
        >
          <QueryState query={settings} rows={2}>
            {() => schedule && <SectionForm section={schedule} />}
          </QueryState>
        </Section>
        <AboutBackups />
      </Stack>
    </Page>
  )
}
