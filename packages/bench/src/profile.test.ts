import { describe, expect, it } from 'vitest'
import { type CpuProfile, formatProfile } from './profile.js'

const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 })

const profile: CpuProfile = {
  startTime: 1000,
  nodes: [
    { id: 1, callFrame: frame('(idle)', '') },
    { id: 2, callFrame: frame('parse', 'file:///x/node_modules/.pnpm/pg@8/node_modules/pg/lib/query.js') },
    { id: 3, callFrame: frame('run', 'file:///x/apps/server/dist/records/run-list.js') },
  ],
  samples: [3, 1, 2, 3],
  timeDeltas: [1000, 100, 300, 600],
}

const load = { fromUs: 2050, toUs: 3000, answers: 10 }

describe('formatProfile', () => {
  it('counts only what was sampled under load', () => {
    const text = formatProfile(profile, load)
    expect(text).toContain('60.0 µs  apps/server/dist/records')
    expect(text).toContain('30.0 µs  pg\n')
    expect(text).toContain('10.0 µs  (idle)')
  })

  it('names the function and its place', () => {
    expect(formatProfile(profile, load)).toContain('parse  pg/lib/query.js:10')
  })
})
