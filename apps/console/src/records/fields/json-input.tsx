import type { Json } from '@holdfast/contract'
import { Textarea } from '@mantine/core'
import { JsonEditor } from '../../ui/json-editor'
import { nothing, type TypeInputProps } from './input-props'
import { completeBySchema } from './schema-hints'
import { type Reading, useDraft } from './use-draft'

/** Any JSON. An empty editor is null. */
export function JsonInput(props: TypeInputProps) {
  const { field, value, onChange, shown, compact, name } = props
  const { text, problem, change } = useDraft({
    value,
    onChange,
    format: (content) => (content == null ? '' : JSON.stringify(content, null, compact ? undefined : 2)),
    read: (typed) => (typed.trim() === '' ? { value: nothing(props) } : readJson(typed)),
  })
  const error = problem || shown.error
  if (compact)
    return (
      <Textarea
        {...shown}
        error={error}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        autosize
        maxRows={8}
      />
    )
  return (
    <JsonEditor
      label={name}
      description={shown.description}
      error={error}
      value={text}
      onChange={change}
      minHeight={72}
      maxHeight={320}
      {...(field.schema && { complete: completeBySchema(field.schema) })}
    />
  )
}

function readJson(text: string): Reading {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return { problem: 'This is not JSON yet' }
  }
}
