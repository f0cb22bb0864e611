import { Badge, Group, Stack, Tabs, Text } from '@mantine/core'
import { Code } from '../../ui/code'
import type { TryAnswer } from './run-request'

/** More would only make the page slow; the copied command gets all of it. */
const shownCharacters = 60_000

/** Status, time, body and headers of an answer. */
export function Answer({ answer }: { readonly answer: TryAnswer }) {
  const { status, statusText, ms, headers, text } = answer
  const body = pretty(text)
  return (
    <Stack gap="xs" pt="md">
      <Group gap="xs">
        <Badge color={status < 300 ? 'green' : status < 500 ? 'orange' : 'red'} size="lg">
          {status} {statusText}
        </Badge>
        <Text size="sm" c="var(--hf-muted)">
          {Math.round(ms).toLocaleString('en')} ms · {text.length.toLocaleString('en')} characters
        </Text>
      </Group>
      <Tabs defaultValue="body" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="body">Body</Tabs.Tab>
          <Tabs.Tab value="headers">Headers</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="body" pt="xs">
          {text === '' ? (
            <Text c="var(--hf-muted)">There is no body.</Text>
          ) : (
            <Code code={body.slice(0, shownCharacters)} label="Body of the answer" maxHeight={420} />
          )}
          {body.length > shownCharacters && (
            <Text size="sm" c="var(--hf-muted)" pt={4}>
              Only the beginning is shown.
            </Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="headers" pt="xs">
          <Code
            code={headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
            label="Headers of the answer"
            maxHeight={420}
          />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
