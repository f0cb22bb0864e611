import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { docsIcon } from './docs-page.js'
import { docsScript } from './docs-page.script.js'
import { docsStyle } from './docs-page.style.js'

/** A file of the docs page, ready to be sent. */
export interface DocsAsset {
  readonly type: string
  readonly plain: Buffer
  readonly gzip: Buffer
  /** Changes with the content. */
  readonly version: string
}

const swaggerUi = (file: string): Promise<Buffer> =>
  readFile(join(dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')), file))

/** By name. Costs some memory, so it is called when the page is first asked for. */
export async function loadDocsAssets(): Promise<ReadonlyMap<string, DocsAsset>> {
  const [script, style] = ['text/javascript; charset=utf-8', 'text/css; charset=utf-8']
  const assets = await Promise.all([
    toAsset('page.js', script, Buffer.from(docsScript)),
    toAsset('page.css', style, Buffer.from(docsStyle)),
    toAsset('icon.svg', 'image/svg+xml', Buffer.from(docsIcon)),
    toAsset('swagger-ui-bundle.js', script, await swaggerUi('swagger-ui-bundle.js')),
    toAsset('swagger-ui.css', style, await swaggerUi('swagger-ui.css')),
  ])
  return new Map(assets)
}

async function toAsset(name: string, type: string, plain: Buffer): Promise<[string, DocsAsset]> {
  const version = createHash('sha256').update(plain).digest('hex').slice(0, 12)
  return [name, { type, plain, gzip: await promisify(gzip)(plain), version }]
}
