import type { RenderedMailTemplate } from '@holdfast/contract'
import { SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Code } from '../../ui/code'
import classes from './mail-preview.module.css'

/** A mail as it is read. Its HTML stands in a frame of nobody's: no scripts, no forms, no way to this page. */
export function MailPreview({ mail: { subject, text, html } }: { readonly mail: RenderedMailTemplate }) {
  const [as, setAs] = useState<'html' | 'text'>('html')
  const shown = html === null ? 'text' : as
  return (
    <Stack gap="sm">
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {subject}
      </Text>
      <SegmentedControl
        size="xs"
        aria-label="Show as"
        data={[
          { value: 'html', label: 'HTML', disabled: html === null },
          { value: 'text', label: 'Plain text' },
        ]}
        value={shown}
        onChange={(value) => setAs(value === 'text' ? 'text' : 'html')}
        style={{ alignSelf: 'flex-start' }}
      />
      {shown === 'html' ? (
        <iframe title="The mail" sandbox="" srcDoc={html ?? ''} className={classes.frame} />
      ) : (
        <Code code={text} label="Plain text of the mail" />
      )}
    </Stack>
  )
}
