import type { CollectionDefinition } from '@holdfast/contract'
import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Code } from '../../ui/code'
import classes from './api-preview.module.css'
import { exampleCreate, exampleRecord, exampleRoutes } from './examples'
import { typesOf } from './type-of'

const views = ['Record', 'Create', 'Routes', 'Types'] as const
type View = (typeof views)[number]

interface ApiPreviewProps {
  readonly definition: CollectionDefinition
}

/** What apps will see of the draft, while it is edited. */
export function ApiPreview({ definition }: ApiPreviewProps) {
  const [view, setView] = useState<View>('Record')
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="What of the API"
        data={[...views]}
        value={view}
        onChange={(next) => setView(views.find((one) => one === next) ?? 'Record')}
        size="xs"
        fullWidth
      />
      <Text size="xs" c="var(--hf-muted)">
        {says[view]}
      </Text>
      {view === 'Routes' ? (
        <Routes definition={definition} />
      ) : (
        <Code code={codeOf(view, definition)} label={says[view]} maxHeight={520} />
      )}
    </Stack>
  )
}

const says: Record<View, string> = {
  Record: 'A record, as the API answers it',
  Create: 'What creates one',
  Routes: 'Where apps find it',
  Types: 'TypeScript, for createClient<Schema>',
}

function codeOf(view: View, definition: CollectionDefinition): string {
  if (view === 'Types') return typesOf(definition)
  return JSON.stringify(view === 'Create' ? exampleCreate(definition) : exampleRecord(definition), null, 2)
}

const Routes = ({ definition }: { readonly definition: CollectionDefinition }) => (
  <dl className={classes.routes}>
    {exampleRoutes(definition).map(({ method, path, says }) => (
      <div key={`${method} ${path}`} className={classes.route}>
        <dt>{says}</dt>
        <dd>
          <b>{method}</b> {path}
        </dd>
      </div>
    ))}
  </dl>
)
