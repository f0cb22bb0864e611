import { cpus, totalmem } from 'node:os'
import type { Figures, Measurement } from './measure.js'

/** What a run found out, as it is written to the JSON file. */
export interface Report {
  readonly measuredAt: string
  readonly quick: boolean
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGb: number }
  readonly node: string
  readonly postgres: string
  readonly measurements: readonly Measurement[]
  readonly processes: { readonly floor: ProcessFigures; readonly server: ProcessFigures }
}

export interface ProcessFigures {
  readonly startMs: number
  readonly idleMb: number | undefined
  readonly peakMb: number | undefined
}

export const describeMachine = (): Report['machine'] => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 1024 ** 3),
})

const columns = 'operation,floor/s,server/s,ratio,bar,,floor p50,p99,cpu,server p50,p99,cpu'.split(',')

/** The measurements as a table of text, one line each; `below` marks a bar that was missed. */
export function formatTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ operation, floor, server, ratio, bar }) => [
    operation,
    formatRate(floor),
    formatRate(server),
    ratio.toFixed(2),
    bar.toFixed(2),
    ratio >= bar ? 'ok' : 'below',
    ...[floor, server].flatMap(({ p50Ms, p99Ms, cpuUs }) => [formatMs(p50Ms), formatMs(p99Ms), formatCpu(cpuUs)]),
  ])
  return alignTable(columns, rows)
}

/** The first column to the left, the others to the right. */
function alignTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]!.length)))
  const toLine = (cells: readonly string[]) =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!))).join('  ')
  return [toLine(titles), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(toLine)].join('\n')
}

/** What one operation takes on a large table beside a small one. */
export interface ScaleFigures {
  readonly operation: string
  /** Answers per second. */
  readonly smallRate: number
  readonly largeRate: number
  /** How many times as much the large table takes. */
  readonly factor: number
  readonly bar: number
}

export function formatScales(figures: readonly ScaleFigures[], smallRows: number, largeRows: number): string {
  const count = (value: number): string => Math.round(value).toLocaleString('en-US')
  const titles = ['operation', `${count(smallRows)} rows /s`, `${count(largeRows)} rows /s`, 'factor', 'bar', '']
  const rows = figures.map(({ operation, smallRate, largeRate, factor, bar }) => [
    operation,
    count(smallRate),
    count(largeRate),
    factor.toFixed(2),
    bar.toFixed(2),
    factor <= bar ? 'ok' : 'above',
  ])
  return alignTable(titles, rows)
}

const formatRate = ({ rate }: Figures): string => Math.round(rate).toLocaleString('en-US')

const formatMs = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`

const formatCpu = (us: number | undefined): string => (us === undefined ? '?' : `${Math.round(us)} µs`)

export function formatProcesses({ floor, server }: Report['processes']): string {
  const line = (name: string, { startMs, idleMb, peakMb }: ProcessFigures) =>
    `${name}: ready after ${startMs} ms, ${idleMb ?? '?'} MB idle, ${peakMb ?? '?'} MB at most`
  return `${line('floor ', floor)}\n${line('server', server)}`
}
