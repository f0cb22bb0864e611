import { defineConfig } from 'vitest/config'

// Workspace packages are tested from their sources, so no build is needed first.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['apps/*/{src,test}/**/*.test.ts', 'packages/*/{src,test}/**/*.test.ts', 'docker/*.test.ts'],
    globalSetup: ['apps/server/test/support/global-setup.ts'],
    // Each worker holds a whole server. Tests wait a third of their time, so one more than there are cores keeps both busy.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
