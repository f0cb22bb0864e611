import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../fixtures/compile.js'

const usage = readFileSync(new URL('../fixtures/usage.ts', import.meta.url), 'utf8')
const expectedErrors = usage.match(/\/\/ @ts-expect-error/g)?.length ?? 0

describe('types', () => {
  it('accept what is right and refuse each thing that is wrong', () => {
    expect(expectedErrors).toBeGreaterThan(30)
    expect(compile({ 'usage.ts': usage })).toEqual([])
  })

  it('refuse each wrong thing by itself', () => {
    const open = usage.replaceAll('// @ts-expect-error', '//')
    const lines = new Set(compile({ 'usage.ts': open }).map((error) => /usage\.ts\((\d+)/.exec(error)?.[1]))
    expect(lines.size).toBe(expectedErrors)
  })
})
