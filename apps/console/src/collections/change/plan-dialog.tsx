import type { SchemaPlan, SchemaPlanRequest } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { Alert, Button, Group, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Problem } from '../../ui/problem'
import { applyPlan, planOf, useSchemaChanged } from '../queries'
import { PlanSteps } from './plan-steps'

interface PlanDialogProps {
  readonly change: SchemaPlanRequest
  readonly title: string
  /** Of the button that does it, when that is no more than to apply. */
  readonly verb?: string
  /** What has to be typed when data would be lost. */
  readonly typed: string
  /** The server found mistakes in the definitions; without this they are shown here. */
  onInvalid?(error: HoldfastError): void
  onApplied(): void
  onClose(): void
}

/** What a change would do, step by step, and the button that does it. Nothing changes the schema without this. */
export function PlanDialog({ change, title, verb = 'Apply', typed, onInvalid, onApplied, onClose }: PlanDialogProps) {
  const [plan, setPlan] = useState<SchemaPlan>()
  const [isRenewed, setIsRenewed] = useState(false)
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const schemaChanged = useSchemaChanged()

  const makePlan = async () => {
    setError(undefined)
    try {
      setPlan(await planOf(change))
    } catch (failure) {
      if (onInvalid && failure instanceof HoldfastError && failure.errors.length > 0) onInvalid(failure)
      else setError(failure)
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: one plan for each time the dialog opens; the change stays the same
  useEffect(() => void makePlan(), [])

  const apply = async ({ hash, lossy }: SchemaPlan) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await applyPlan(change, hash, lossy)
      await schemaChanged()
      onApplied()
    } catch (failure) {
      if (failure instanceof HoldfastError && isOutdated(failure)) {
        setIsRenewed(true)
        await makePlan()
      } else setError(failure)
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Modal opened onClose={onClose} title={title} size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        {isRenewed && (
          <Alert color="yellow" title="The collections have changed in the meantime" role="status">
            This is the plan as it is now. Look through it again before you apply it.
          </Alert>
        )}
        {error !== undefined && <Problem error={error} {...(!plan && { onRetry: () => void makePlan() })} />}
        {plan ? (
          <Plan
            key={plan.hash}
            plan={plan}
            typed={typed}
            verb={verb}
            isBusy={isBusy}
            onApply={() => void apply(plan)}
            onClose={onClose}
          />
        ) : (
          error === undefined && <PlanPending />
        )}
      </Stack>
    </Modal>
  )
}

/** What was looked through is no longer what would happen. */
const isOutdated = ({ code }: HoldfastError): boolean => code === 'plan_outdated' || code === 'lossy_change'

const PlanPending = () => (
  <Stack gap="xs" aria-busy="true" aria-label="Working out the plan">
    <Skeleton height={44} />
    <Skeleton height={44} />
  </Stack>
)

interface PlanProps {
  readonly plan: SchemaPlan
  readonly typed: string
  readonly verb: string
  readonly isBusy: boolean
  onApply(): void
  onClose(): void
}

function Plan({ plan, typed, verb, isBusy, onApply, onClose }: PlanProps) {
  const [text, setText] = useState('')
  const { steps, lossy } = plan
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onApply()
      }}
    >
      <Stack gap="md">
        {steps.length === 0 ? (
          <Text>Nothing would change: the server has these definitions already.</Text>
        ) : (
          <PlanSteps steps={steps} />
        )}
        {lossy && (
          <Stack gap="xs">
            <Text fw={550}>The steps in red lose what is stored now. There is no way back but a backup.</Text>
            <TextInput
              label={`Type ${typed} to go on`}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              autoFocus
            />
          </Stack>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          {steps.length > 0 && (
            <Button
              type="submit"
              {...(lossy ? { color: 'red' } : { autoFocus: true })}
              loading={isBusy}
              disabled={lossy && text !== typed}
            >
              {lossy ? `${verb} and lose data` : verb}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
