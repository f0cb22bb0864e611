import { defineConfig } from 'vitest/config'

// Workspace packages are tested from their sources, so no build is needed first.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['apps/*/{src,test}/**/*.test.ts', 'packages/*/{src,test}/**/*.test.ts', 'docker/*.test.ts'],
    globalSetup: ['apps/server/test/support/global-setup.ts'],
    // Each worker holds a whole server; more of them than cores only makes tests wait.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
