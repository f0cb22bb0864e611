import type { BackupInfo } from '@holdfast/contract'
import { Badge, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { describeError } from '../../ui/describe-error'
import classes from './backups.module.css'
import { checkQuery, isDamage } from './queries'

interface BackupProps {
  readonly backup: BackupInfo
}

const colors: Readonly<Record<BackupInfo['state'], string>> = { running: 'blue', done: 'teal', failed: 'red' }

/** Whether it is there, and whole as far as anybody has looked. */
export function BackupState({ backup: { name, state } }: BackupProps) {
  const { error } = useQuery(checkQuery(name))
  const isBroken = state === 'done' && isDamage(error)
  return (
    <span role="status">
      <Badge
        color={isBroken ? 'red' : colors[state]}
        {...(state === 'running' && { leftSection: <Loader size={10} color="blue" /> })}
      >
        {isBroken ? 'not whole' : state}
      </Badge>
    </span>
  )
}

/** Why it failed, and what reading all of it has found. */
export const BackupFindings = ({ backup: { name, state, error } }: BackupProps) => (
  <div role="status">
    {error !== null && <Finding text={error} isBad />}
    {state === 'done' && <Check name={name} />}
  </div>
)

function Check({ name }: { readonly name: string }) {
  const { data, error, isFetching } = useQuery(checkQuery(name))
  if (isFetching) return <Finding text="Reading all of it" />
  if (error) {
    const { title, hint } = describeError(error)
    return <Finding text={hint ? `${title}. ${hint}` : title} isBad />
  }
  if (!data) return null
  const records = `${data.records.toLocaleString('en')} ${data.records === 1 ? 'record' : 'records'}`
  const collections = `${data.collections} ${data.collections === 1 ? 'collection' : 'collections'}`
  return <Finding text={`Whole: ${records} of ${collections}`} />
}

const Finding = ({ text, isBad = false }: { readonly text: string; readonly isBad?: boolean }) => (
  <Text size="sm" c={isBad ? 'var(--mantine-color-error)' : 'var(--hf-muted)'} className={classes.said!}>
    {text}
  </Text>
)
