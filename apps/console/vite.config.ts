import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'
import { demoData } from './build/demo-data.ts'

const server = process.env['HOLDFAST_URL'] ?? 'http://127.0.0.1:4400'
const backend = Object.fromEntries(['/api', '/auth', '/oidc'].map((path) => [path, { target: server, ws: true }]))

/** Writes `.gz` and `.br` beside every file, so that the server only has to send them. */
function compress(): Plugin {
  let folder = ''
  return {
    name: 'compress',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      await Promise.all(entries.map((entry) => entry.isFile() && compressFile(join(entry.parentPath, entry.name))))
    },
  }
}

async function compressFile(path: string): Promise<void> {
  const plain = await readFile(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
  await writeFile(`${path}.gz`, await promisify(gzip)(plain, { level: 9 }))
  await writeFile(`${path}.br`, await promisify(brotliCompress)(plain, { params }))
}

export default defineConfig({
  base: '/console/',
  // Workspace packages are bundled from their sources, so no build is needed first.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [react(), demoData(), compress()],
  build: {
    // Browsers that know light-dark(), which for older ones is rewritten into something that Mantine does not set.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Otherwise a few bytes that everything needs lie in the same file as what places menus, and bring it along.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: 'floating', test: /node_modules[\\/]@floating-ui/ }],
        },
      },
    },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  // `pnpm --filter @holdfast/console dev` beside a server that runs at HOLDFAST_URL.
  server: { proxy: backend },
})
