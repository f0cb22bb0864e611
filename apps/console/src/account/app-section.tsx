import type { FactorInfo, MfaState } from '@holdfast/contract'
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client'
import { Confirm } from '../ui/confirm'
import { DataTable } from '../ui/data-table'
import { QueryState } from '../ui/query-state'
import { Section } from '../ui/section'
import { TimeAgo } from '../ui/time-ago'
import { EnrolApp } from './enrol-app'
import { factorsQuery } from './queries'
import { RecoveryCodesDialog } from './recovery-codes'

/** A second proof beside the password: codes of an app, and codes on paper for the day it is lost. */
export function AppSection() {
  const factors = useQuery(factorsQuery)
  const [isEnrolling, setIsEnrolling] = useState(false)
  const apps = factors.data?.factors.filter(({ kind }) => kind === 'totp') ?? []
  return (
    <Section
      title="Authenticator app"
      description="Whoever has your password still needs a code of the app."
      actions={
        factors.data &&
        apps.length === 0 && (
          <Button variant="default" onClick={() => setIsEnrolling(true)}>
            Set up an app
          </Button>
        )
      }
    >
      <QueryState query={factors} rows={2}>
        {(state) =>
          apps.length === 0 ? (
            <Text c="var(--hf-muted)">
              No app is set up. Any for one-time codes will do: Aegis, 1Password, Google Authenticator and others.
            </Text>
          ) : (
            <Stack gap="sm">
              <AppList apps={apps} />
              <RecoveryCodesLeft state={state} />
            </Stack>
          )
        }
      </QueryState>
      {isEnrolling && <EnrolApp onClose={() => setIsEnrolling(false)} />}
    </Section>
  )
}

function AppList({ apps }: { readonly apps: readonly FactorInfo[] }) {
  const queries = useQueryClient()
  const [removed, setRemoved] = useState<FactorInfo>()
  return (
    <>
      <DataTable
        label="Authenticator apps"
        rows={apps}
        rowKey={({ id }) => id}
        columns={[
          { header: 'Name', cell: ({ name }) => name },
          { header: 'Added', cell: ({ createdAt }) => <TimeAgo at={createdAt} />, width: 150 },
          { header: 'Last used', cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} />, width: 150 },
          {
            header: '',
            right: true,
            width: 190,
            cell: (app) => (
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={`Remove ${app.name}`}
                onClick={() => setRemoved(app)}
              >
                Remove
              </Button>
            ),
          },
        ]}
      />
      <Confirm
        opened={removed !== undefined}
        title={`Remove ${removed?.name ?? 'the app'}?`}
        label="Remove"
        danger
        onConfirm={async () => {
          await client.auth.mfa.remove(removed!.id)
          await queries.invalidateQueries({ queryKey: factorsQuery.queryKey })
        }}
        onClose={() => setRemoved(undefined)}
      >
        Its codes will not be taken any more. Without another second factor, your password alone signs you in.
      </Confirm>
    </>
  )
}

function RecoveryCodesLeft({ state }: { readonly state: MfaState }) {
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>()
  const left = state.recoveryCodesLeft
  return (
    <Group justify="space-between" gap="sm">
      <Group gap="xs">
        <Text>Recovery codes left</Text>
        <Badge color={left < 3 ? 'orange' : 'gray'}>{left}</Badge>
      </Group>
      <Button variant="default" size="xs" onClick={() => setAsks(true)}>
        Make new recovery codes
      </Button>
      <Confirm
        opened={asks}
        title="Make new recovery codes?"
        label="Make new codes"
        onConfirm={async () => {
          setCodes(await client.auth.mfa.renewRecoveryCodes())
          await queries.invalidateQueries({ queryKey: factorsQuery.queryKey })
        }}
        onClose={() => setAsks(false)}
      >
        Those you have kept until now will not be taken any more.
      </Confirm>
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes(undefined)} />
    </Group>
  )
}
