import type { OidcClientWithSecret } from '@holdfast/contract'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { Code } from '../../ui/code'
import { usePublicUrl } from '../providers/provider-queries'

interface ClientSecretProps {
  readonly app: OidcClientWithSecret
  onClose(): void
}

/** What the app has to be told; its secret is shown this once. */
export function ClientSecret({ app: { name, id, secret }, onClose }: ClientSecretProps) {
  const publicUrl = usePublicUrl()
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Tell ${name}`}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="sm">
        <Text size="sm" fw={500}>
          Issuer
        </Text>
        <Code code={`${publicUrl}/oidc`} label="Issuer" />
        <Text size="sm" fw={500}>
          Client id
        </Text>
        <Code code={id} label="Client id" />
        {secret === null ? (
          <Text size="sm">A public app has no secret: it proves itself by PKCE.</Text>
        ) : (
          <>
            <Text size="sm" fw={500}>
              Client secret, shown this once
            </Text>
            <Code code={secret} label="Client secret" />
          </>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
