import type { ApiKeyWithSecret } from '@holdfast/contract'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { Code } from '../../ui/code'

interface KeySecretProps {
  readonly apiKey: ApiKeyWithSecret
  onClose(): void
}

/** The key itself, this once, and a request that tries it. */
export function KeySecret({ apiKey: { key, collections }, onClose }: KeySecretProps) {
  const path = collections?.[0] ? `collections/${collections[0]}/records` : 'me/permissions'
  return (
    <Modal
      opened
      onClose={onClose}
      title="Copy the key now"
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text>It is shown this once: the server keeps a hash of it and nothing else.</Text>
        <Code code={key} label="API key" />
        <Text size="sm" fw={500}>
          Try it
        </Text>
        <Code code={`curl ${location.origin}/api/v1/${path} \\\n  -H 'Authorization: Bearer ${key}'`} label="curl" />
        <Group justify="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
