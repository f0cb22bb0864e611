import { Button, Group, Stack, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client'
import { notify } from '../ui/notify'
import { Problem } from '../ui/problem'

/** Sends a mail by what is set, and says whether the mail server took it. */
export function TestMail() {
  const { user } = useRouteContext({ from: '/shell' })
  const [to, setTo] = useState(user.email ?? '')
  const send = useMutation({
    mutationFn: () => client.send('POST', '/admin/mail-templates/verify/en/test', { body: { to } }),
    onSuccess: () => notify(`The mail server took a mail to ${to}`),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send.mutate()
  }
  return (
    <Stack gap="sm" maw={640} mt="xl" component="form" onSubmit={submit}>
      <Title order={2}>Try it</Title>
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Send a test mail to"
          type="email"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          required
          withAsterisk={false}
          flex={1}
        />
        <Button type="submit" variant="default" loading={send.isPending}>
          Send
        </Button>
      </Group>
      {send.isError && <Problem error={send.error} />}
    </Stack>
  )
}
