import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bundleSdk } from '../fixtures/bundle.js'

const maxGzippedBytes = 12 * 1024

describe('the bundle', () => {
  it('stays small', async () => {
    const { code } = await bundleSdk()
    expect(gzipSync(code).byteLength).toBeLessThan(maxGzippedBytes)
  })

  it('needs no other package and nothing of Node', async () => {
    const { code, imports } = await bundleSdk()
    expect(imports).toEqual([])
    expect(code).not.toMatch(/\b(?:process|Buffer|require|__dirname|global)\b/)
  })
})
