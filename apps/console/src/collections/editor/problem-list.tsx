import { Alert, Anchor, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Draft } from '../draft/draft'
import type { EditorTab } from './editor-tabs'
import type { PlacedProblem, Problems } from './use-problems'

interface ProblemListProps {
  readonly problems: Problems
  readonly draft: Draft
  onTab(tab: EditorTab): void
}

/** Everything the server would not take, each with a way to its place. */
export function ProblemList({ problems: { list }, draft, onTab }: ProblemListProps) {
  if (list.length === 0) return null
  const title = list.length === 1 ? 'One thing has to be mended first' : `${list.length} things have to be mended first`
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={title} role="alert" mb="md">
      <List size="sm" listStyleType="none">
        {list.map((problem) => (
          <List.Item key={`${problem.part} ${problem.at} ${problem.message}`}>
            <Anchor component="button" type="button" inherit onClick={() => goTo(problem, draft, onTab)}>
              {nameOf(problem, draft)}
            </Anchor>
            <Text span>: {problem.message}</Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

function nameOf({ part, at }: PlacedProblem, { fields }: Draft): string {
  const field = fields.find(({ key }) => key === part)?.field
  if (field) return field.name || 'A field without a name'
  return part === undefined ? at || 'The collection' : 'An index'
}

/** To the tab and the input a problem speaks of. */
export function goTo({ part, at }: PlacedProblem, { fields, options }: Draft, onTab: ProblemListProps['onTab']): void {
  const isField = fields.some(({ key }) => key === part)
  onTab(
    isField || at === 'fields' || (at === 'name' && options.id === undefined)
      ? 'fields'
      : part !== undefined
        ? 'indexes'
        : at.startsWith('rules')
          ? 'json'
          : 'options',
  )
  // After the tab has been drawn, and the field has been opened.
  setTimeout(() => {
    const place = document.getElementById(`part-${part}`)
    place?.scrollIntoView({ block: 'center' })
    const input =
      place?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? place?.querySelector<HTMLElement>('input')
    input?.focus()
  }, 60)
}
