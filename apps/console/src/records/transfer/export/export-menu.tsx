import { type ConditionJson, type ExportFormat, exportFormats } from '@holdfast/contract'
import { Button, Checkbox, Group, Menu, Modal, Radio, Stack, Text } from '@mantine/core'
import { IconArrowsTransferDown, IconFileExport, IconFileImport } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useReadOnlyReason } from '../../../client/view-as'
import { notify } from '../../../ui/notify'
import { Problem } from '../../../ui/problem'
import { sizeText } from '../size-text'
import { saveExport } from './save-export'

export interface ExportMenuProps {
  readonly collection: string
  /** What the grid shows. */
  readonly filter?: ConditionJson | undefined
  readonly search?: string | undefined
  readonly sort: readonly string[]
  readonly columns: readonly string[]
  /** Undefined: nothing is selected. */
  readonly selected?: ConditionJson | undefined
}

/** Records to a file, and from one. */
export function TransferMenu(props: ExportMenuProps) {
  const navigate = useNavigate()
  const [opened, setOpened] = useState(false)
  const { collection } = props
  const readOnly = useReadOnlyReason('import or export')
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconArrowsTransferDown size={14} />}>
            Import and export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconFileExport size={15} />}
            disabled={readOnly !== undefined}
            title={readOnly}
            onClick={() => setOpened(true)}
          >
            Export to a file
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFileImport size={15} />}
            disabled={readOnly !== undefined}
            title={readOnly}
            onClick={() => void navigate({ to: '/data/$collection/import', params: { collection } })}
          >
            Import from a file
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={opened && readOnly === undefined} onClose={() => setOpened(false)} title={`Export ${collection}`}>
        <ExportForm {...props} onDone={() => setOpened(false)} />
      </Modal>
    </>
  )
}

const formatLabels: Readonly<Record<ExportFormat, string>> = {
  csv: 'CSV, for spreadsheets',
  ndjson: 'JSON, an object per line',
  json: 'JSON, one array',
}

function ExportForm({
  collection,
  filter,
  search,
  sort,
  columns,
  selected,
  onDone,
}: ExportMenuProps & { onDone(): void }) {
  const isFiltered = filter !== undefined || search !== undefined
  const [format, setFormat] = useState<ExportFormat>('csv')
  const [which, setWhich] = useState(selected ? 'selected' : isFiltered ? 'found' : 'all')
  const [shownOnly, setShownOnly] = useState(false)
  const [keepsFormulas, setKeepsFormulas] = useState(false)
  const [run, setRun] = useState<{ readonly abort: AbortController; readonly bytes: number }>()
  const [error, setError] = useState<unknown>()
  const start = async () => {
    const abort = new AbortController()
    setError(undefined)
    setRun({ abort, bytes: 0 })
    const rows = which === 'selected' ? { filter: selected } : which === 'found' ? { filter, search } : {}
    try {
      const saved = await saveExport(
        {
          collection,
          format,
          ...rows,
          ...(sort.length > 0 && { sort }),
          ...(shownOnly && { fields: columns }),
          ...(format === 'csv' && keepsFormulas && { formulas: 'keep' as const }),
        },
        abort.signal,
        (bytes) => setRun({ abort, bytes }),
      )
      if (saved) {
        notify('The file is complete')
        onDone()
      }
    } catch (failure) {
      if (!abort.signal.aborted) setError(failure)
    }
    setRun(undefined)
  }
  return (
    <Stack gap="md">
      <Radio.Group label="Format" value={format} onChange={(value) => setFormat(value as ExportFormat)}>
        <Stack gap={6} mt={6}>
          {exportFormats.map((value) => (
            <Radio key={value} value={value} label={formatLabels[value]} />
          ))}
        </Stack>
      </Radio.Group>
      <Radio.Group label="Records" value={which} onChange={setWhich}>
        <Stack gap={6} mt={6}>
          <Radio value="all" label="All" />
          {isFiltered && <Radio value="found" label="Those that are found now" />}
          {selected && <Radio value="selected" label="Those that are selected" />}
        </Stack>
      </Radio.Group>
      <Checkbox
        label="Only the columns that are shown"
        checked={shownOnly}
        onChange={(event) => setShownOnly(event.currentTarget.checked)}
      />
      {format === 'csv' && (
        <Checkbox
          label="Keep formulas as they are"
          description="Else a text that begins with = + - or @ gets an apostrophe, so that no spreadsheet calculates it"
          checked={keepsFormulas}
          onChange={(event) => setKeepsFormulas(event.currentTarget.checked)}
        />
      )}
      {error !== undefined && <Problem error={error} />}
      <Group justify="space-between">
        <Text size="sm" c="var(--hf-muted)" role="status">
          {run && run.bytes > 0 ? `${sizeText(run.bytes)} so far` : ''}
        </Text>
        <Group gap="xs">
          {run && (
            <Button variant="default" onClick={() => run.abort.abort()}>
              Cancel
            </Button>
          )}
          <Button loading={run !== undefined} onClick={() => void start()}>
            Export
          </Button>
        </Group>
      </Group>
    </Stack>
  )
}
