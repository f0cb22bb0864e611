import type { CollectionDefinition } from '@holdfast/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { client } from '../../../client/client'
import { formatOf, type ReadOptions } from '../file/rows'
import { FileDrop } from './file-drop'
import { ImportReport } from './import-report'
import { ImportRun } from './import-run'
import { ImportSetup } from './import-setup'
import type { ImportSettings } from './mapping'

interface ImportFlowProps {
  readonly collection: CollectionDefinition
  /** A file that was chosen before. */
  readonly file?: File | undefined
}

/** File → mapping → progress and report. */
export function ImportFlow({ collection, file: given }: ImportFlowProps) {
  const queries = useQueryClient()
  const [file, setFile] = useState(given)
  const [options, setOptions] = useState<ReadOptions>(() => optionsOf(given?.name ?? ''))
  const [run, setRun] = useState<ImportRun>()
  useEffect(() => () => run?.cancel(), [run])
  useBlocker({
    shouldBlockFn: () => isOpen(run) && !window.confirm('The import is not finished. Leave, and cancel it?'),
    enableBeforeUnload: () => isOpen(run),
  })
  const choose = (next: File | undefined) => {
    setRun(undefined)
    setFile(next)
    setOptions(optionsOf(next?.name ?? ''))
  }
  const start = (settings: ImportSettings, columns: readonly string[]) => {
    const begun = new ImportRun({ client, collection, file: file!, options: { ...options, columns }, settings })
    setRun(begun)
    void begun.start().finally(() => queries.invalidateQueries())
  }
  if (!file) return <FileDrop onFile={choose} />
  if (run)
    return <ImportReport collection={collection} filename={file.name} run={run} onAgain={() => choose(undefined)} />
  return (
    <ImportSetup
      collection={collection}
      file={file}
      options={options}
      onOptions={setOptions}
      onStart={start}
      onOther={() => choose(undefined)}
    />
  )
}

const optionsOf = (name: string): ReadOptions => ({ format: formatOf(name), hasHeader: true, delimiter: '' })

const isOpen = (run: ImportRun | undefined): boolean =>
  run !== undefined && ['running', 'paused'].includes(run.snapshot().state)
