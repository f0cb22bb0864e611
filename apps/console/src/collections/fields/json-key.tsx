import type { CompletionSource } from '@codemirror/autocomplete'
import type { Json } from '@holdfast/contract'
import { Button, Stack } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { JsonEditor } from '../../ui/json-editor'

type JsonObject = { [key: string]: Json }

interface JsonKeyProps {
  readonly label: string
  /** Of the button, while there is none. */
  readonly add: string
  readonly says: string
  readonly value: JsonObject | undefined
  onChange(value: JsonObject | undefined): void
  readonly error: string | undefined
  /** What may stand at the cursor. */
  readonly complete?: CompletionSource
}

/** A key whose value is an object, as JSON. What is no JSON yet stays here until it is. */
export function JsonKey({ label, add, says, value, onChange, error, complete }: JsonKeyProps) {
  const [text, setText] = useState(() => value && JSON.stringify(value, null, 2))
  const [problem, setProblem] = useState<string>()
  const edit = (next: string) => {
    setText(next)
    const parsed = parseObject(next)
    setProblem(parsed ? undefined : 'This is no JSON object yet, so it is not part of the draft')
    if (parsed) onChange(parsed)
  }
  if (text === undefined)
    return (
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        onClick={() => edit('{}')}
        style={{ alignSelf: 'start', flexGrow: 0 }}
      >
        {add}
      </Button>
    )
  return (
    <Stack gap={4}>
      <JsonEditor
        label={label}
        description={says}
        value={text}
        onChange={edit}
        error={problem ?? error}
        {...(complete && { complete })}
        minHeight={72}
        maxHeight={320}
      />
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconX size={14} />}
        onClick={() => {
          setText(undefined)
          setProblem(undefined)
          onChange(undefined)
        }}
        style={{ alignSelf: 'start' }}
      >
        Remove
      </Button>
    </Stack>
  )
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
