import type { MailTemplateDetails, MailTemplateInput } from '@holdfast/contract'
import { Button, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useRouteContext } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { FormDialog } from '../../ui/form-dialog'
import { AnchorLink } from '../../ui/links'
import { notify } from '../../ui/notify'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { QueryState } from '../../ui/query-state'
import { Section } from '../../ui/section'
import { MailPreview } from './mail-preview'
import { mailName, mailTextQuery } from './mail-queries'

/** One text in one language, written beside how it is read. */
export function MailPage() {
  const { kind, language } = useParams({ from: '/shell/settings/mail-texts/$kind/$language' })
  const text = useQuery(mailTextQuery(kind, language))
  return (
    <Page
      title={`${mailName(kind)} (${language})`}
      description={<AnchorLink to="/settings/mail-texts">All texts</AnchorLink>}
    >
      <QueryState query={text} rows={8}>
        {(data) => <MailEditor key={`${kind} ${language} ${data.changedAt}`} template={data} />}
      </QueryState>
    </Page>
  )
}

type Task = 'test' | 'language' | 'drop'

function MailEditor({ template }: { readonly template: MailTemplateDetails }) {
  const { kind, language, custom } = template
  const [subject, setSubject] = useState(template.subject)
  const [text, setText] = useState(template.text)
  const [html, setHtml] = useState(template.html ?? '')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [task, setTask] = useState<Task>()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const draft: MailTemplateInput = { subject, text, ...(html !== '' && { html }) }
  const [shown] = useDebouncedValue(draft, 400)
  const preview = useQuery({
    queryKey: ['mail-preview', kind, language, shown],
    queryFn: ({ signal }) => client.admin.mailTemplates.preview({ kind, language, ...shown }, { signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['mail-texts'] })
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await client.admin.mailTemplates.put(kind, language, draft)
      await refresh()
      notify('Saved')
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      <form onSubmit={(event) => void save(event)}>
        <Stack gap="md">
          <TextInput
            label="Subject"
            value={subject}
            onChange={({ currentTarget }) => setSubject(currentTarget.value)}
            required
          />
          <Textarea
            label="Plain text"
            description="Liquid: {{ link }}, {{ code }}, {{ email }} and what else the mail holds."
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            autosize
            minRows={6}
            maxRows={16}
            required
          />
          <Textarea
            label="HTML"
            description="Left out, the mail has the text only. What is put in is escaped."
            value={html}
            onChange={({ currentTarget }) => setHtml(currentTarget.value)}
            autosize
            minRows={6}
            maxRows={20}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            spellCheck={false}
          />
          {error !== undefined && <Problem error={error} />}
          <Group gap="xs">
            <Button type="submit" loading={busy}>
              Save text
            </Button>
            <Button variant="default" onClick={() => setTask('test')}>
              Send a test
            </Button>
            <Button variant="default" onClick={() => setTask('language')}>
              Copy to a language
            </Button>
            {custom && (
              <Button variant="light" color="red" onClick={() => setTask('drop')}>
                Drop text
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      <Section title="Preview" description="With sample data, of what stands at the left.">
        <div aria-live="polite">
          {preview.isError ? <Problem error={preview.error} /> : preview.data && <MailPreview mail={preview.data} />}
        </div>
      </Section>
      {task === 'test' && <TestDialog kind={kind} language={language} onClose={() => setTask(undefined)} />}
      {task === 'language' && <LanguageDialog kind={kind} draft={draft} onClose={() => setTask(undefined)} />}
      <Confirm
        opened={task === 'drop'}
        title="Drop this text?"
        label="Drop text"
        danger
        onClose={() => setTask(undefined)}
        onConfirm={async () => {
          await client.admin.mailTemplates.delete(kind, language)
          await navigate({ to: '/settings/mail-texts' })
          await refresh()
        }}
      >
        <Text>The built-in text is sent again where there is one; otherwise the one in another language.</Text>
      </Confirm>
    </SimpleGrid>
  )
}

interface DialogProps {
  readonly kind: string
  onClose(): void
}

function TestDialog({ kind, language, onClose }: DialogProps & { readonly language: string }) {
  const { user } = useRouteContext({ from: '/shell' })
  const [to, setTo] = useState(user.email ?? '')
  const send = async () => {
    await client.admin.mailTemplates.test(kind, language, to)
    notify(`The mail server took a mail to ${to}`)
    onClose()
  }
  return (
    <FormDialog opened title="Send a test" label="Send" onSubmit={send} onClose={onClose}>
      <TextInput
        label="To"
        description="The text as it is saved, with sample data."
        type="email"
        value={to}
        onChange={({ currentTarget }) => setTo(currentTarget.value)}
        required
        data-autofocus
      />
    </FormDialog>
  )
}

function LanguageDialog({ kind, draft, onClose }: DialogProps & { readonly draft: MailTemplateInput }) {
  const [language, setLanguage] = useState('')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const copy = async () => {
    const made = await client.admin.mailTemplates.put(kind, language, draft)
    await queries.invalidateQueries({ queryKey: ['mail-texts'] })
    await navigate({ to: '/settings/mail-texts/$kind/$language', params: { kind, language: made.language } })
    onClose()
  }
  return (
    <FormDialog opened title="Copy to a language" label="Copy" onSubmit={copy} onClose={onClose}>
      <TextInput
        label="Language"
        description="A tag such as fr or pt-BR. You translate it there."
        value={language}
        onChange={({ currentTarget }) => setLanguage(currentTarget.value)}
        required
        data-autofocus
      />
    </FormDialog>
  )
}
