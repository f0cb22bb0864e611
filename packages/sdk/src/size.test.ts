import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'

const maxGzippedBytes = 12 * 1024

async function bundle(): Promise<{ code: string; imports: string[] }> {
  const input = fileURLToPath(new URL('index.ts', import.meta.url))
  const build = await rolldown({ input, platform: 'browser', resolve: { conditionNames: ['source', 'import'] } })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  return { code: output[0].code, imports: output[0].imports }
}

describe('the bundle', () => {
  it('stays small', async () => {
    const { code } = await bundle()
    expect(gzipSync(code).byteLength).toBeLessThan(maxGzippedBytes)
  })

  it('needs no other package and nothing of Node', async () => {
    const { code, imports } = await bundle()
    expect(imports).toEqual([])
    expect(code).not.toMatch(/\b(?:process|Buffer|require|__dirname|global)\b/)
  })
})
