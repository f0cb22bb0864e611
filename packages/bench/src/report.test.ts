import { expect, it } from 'vitest'
import { formatTable } from './report.js'

it('marks the operations that stay below their bar', () => {
  const figures = (rate: number) => ({ rate, p50Ms: 1.234, p99Ms: 45.6, cpuUs: 78.9 })
  const row = { bar: 0.7, floor: figures(10_000), server: figures(8000) }
  const lines = formatTable([
    { ...row, operation: 'get', ratio: 0.8 },
    { ...row, operation: 'list', ratio: 0.6 },
  ]).split('\n')
  expect(lines[2]).toMatch(/^get +10,000 +8,000 +0\.80 +0\.70 +ok +1\.23 ms +46 ms +79 µs/)
  expect(lines[3]).toMatch(/^list .* 0\.60 +0\.70 +below/)
})
