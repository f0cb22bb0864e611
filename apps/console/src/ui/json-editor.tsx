import { Box, Input, Skeleton } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useId } from 'react'
import type { CodeEditorProps } from './code-editor'

const CodeEditor = lazy(() => import('./code-editor'))

interface JsonEditorProps extends Omit<CodeEditorProps, 'labelledBy'> {
  readonly label: string
  readonly description?: ReactNode
  readonly error?: ReactNode
}

/** JSON as text, with colours, places of mistakes, and completions where `complete` gives them. */
export function JsonEditor({ label, description, error, ...editor }: JsonEditorProps) {
  const id = useId()
  return (
    <Input.Wrapper label={<span id={id}>{label}</span>} labelElement="div" description={description} error={error}>
      <Box mt={description ? 5 : 0}>
        <Suspense fallback={<Skeleton height={editor.minHeight ?? 120} />}>
          <CodeEditor labelledBy={id} {...editor} />
        </Suspense>
      </Box>
    </Input.Wrapper>
  )
}
