import type { AuthProviderTest } from '@holdfast/contract'
import { Alert, Button, List, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { client } from '../../client/client'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'

const stepNames = { discovery: 'Found', keys: 'Keys', token: 'Token endpoint' } as const

/** Tries what can be tried without a user, step by step. */
export function TestProvider({ id }: { readonly id: string }) {
  const test = useMutation({ mutationFn: () => client.admin.authProviders.test(id) })
  return (
    <Stack gap="sm" maw={640} mt="xl">
      <Section
        title="Try it"
        description="Asks the provider what can be asked without a user. Save first: what is tried is what is saved."
        actions={
          <Button variant="default" size="xs" loading={test.isPending} onClick={() => test.mutate()}>
            Test provider
          </Button>
        }
      />
      <div aria-live="polite">
        {test.isError && <Problem error={test.error} />}
        {test.data && <Result result={test.data} />}
      </div>
    </Stack>
  )
}

const Result = ({ result: { ok, issuer, steps } }: { readonly result: AuthProviderTest }) => (
  <Alert color={ok ? 'teal' : 'red'} variant="light" title={ok ? 'It answers' : 'It does not work yet'}>
    <Stack gap="xs">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {issuer}
      </Text>
      <List spacing={6} size="sm" center={false}>
        {steps.map((step) => (
          <List.Item key={step.name} icon={<StepMark ok={step.ok} />} style={{ overflowWrap: 'anywhere' }}>
            {stepNames[step.name]}: {step.message}
          </List.Item>
        ))}
      </List>
      {!ok && <Text size="sm">Check the issuer and that this server may reach it, then test again.</Text>}
    </Stack>
  </Alert>
)

const StepMark = ({ ok }: { readonly ok: boolean }) => (
  <ThemeIcon size={18} radius="xl" color={ok ? 'teal' : 'red'} role="img" aria-label={ok ? 'Passed' : 'Failed'}>
    {ok ? <IconCheck size={12} /> : <IconX size={12} />}
  </ThemeIcon>
)
