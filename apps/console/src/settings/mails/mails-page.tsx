import type { MailTemplateInfo } from '@holdfast/contract'
import { Badge, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { mailName, mailTextsQuery } from './mail-queries'

/** The texts of mails: each kind in the languages there are. */
export function MailsPage() {
  const texts = useQuery(mailTextsQuery)
  return (
    <Page title="Texts of mails" description="What users read. Each mail goes out in the language of its reader.">
      <QueryState query={texts} rows={8}>
        {(rows) => (
          <DataTable
            label="Texts of mails"
            rows={Object.entries(Object.groupBy(rows, ({ kind }) => kind))}
            rowKey={([kind]) => kind}
            columns={[
              { header: 'Mail', lead: true, cell: ([kind]) => <Text fw={500}>{mailName(kind)}</Text> },
              { header: 'Languages', cell: ([kind, all = []]) => <Languages kind={kind} texts={all} /> },
            ]}
          />
        )}
      </QueryState>
    </Page>
  )
}

const Languages = ({ kind, texts }: { readonly kind: string; readonly texts: readonly MailTemplateInfo[] }) => (
  <Group gap="sm">
    {texts.map(({ language, custom }) => (
      <Group key={language} gap={4} wrap="nowrap">
        <AnchorLink
          to="/settings/mail-texts/$kind/$language"
          params={{ kind, language }}
          aria-label={`${mailName(kind)}, ${language}`}
        >
          {language}
        </AnchorLink>
        {custom && <Badge>Yours</Badge>}
      </Group>
    ))}
  </Group>
)
