import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Workspace packages are tested from their sources, so no build is needed first.
const conditions = ['source', 'module', 'node', 'development|production']

/** Parts of the paths of files that take half a minute and more. */
const long = [
  'test/console/',
  'test/process/',
  'security/console/',
  'security/records/matrix',
  'security/records/noninterference',
  'security/realtime/limits',
  'security/webhooks/',
  'api/jobs/nodes',
  'api/docs/guides',
  'api/openapi/docs-page',
  'hosted-accessibility',
]

/** Long files begin first, so that none runs on alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => long.some((part) => moduleId.includes(part))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['apps/*/{src,test}/**/*.test.ts', 'packages/*/{src,test}/**/*.test.ts', 'docker/*.test.ts'],
    globalSetup: ['apps/server/test/support/global-setup.ts'],
    // Each worker holds a whole server. Tests wait half of their time, so twice as many as there are cores keep both busy.
    maxWorkers: 4,
    // A worker runs one file after the other: to load the server anew for each takes longer than most of them.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // What is waited for ends the waiting; one second is not what a busy machine takes.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
