import { once } from 'node:events'
import { readDatasets } from './datasets.js'
import { defineCollections } from './define-collections.js'
import { type DemoServer, findServer, stopServer } from './find-server.js'
import { loadDataset } from './load-dataset.js'
import { type Credentials, demoUser, existingAdmin, firstAdmin, type Personas, signInAll } from './personas.js'
import type { Output } from './progress.js'
import { showScenario } from './scenario.js'
import { scenarios } from './scenarios.js'
import { watchRequests } from './watch-requests.js'

/** Real data in a real server, and what different people see of it. */
export async function runDemo(env: NodeJS.ProcessEnv, output: Output): Promise<void> {
  const server = await findServer(env, () => adminEnv(firstAdmin(env)))
  try {
    const admin = server.started ? firstAdmin(env) : await existingAdmin(env)
    output.write(`Holdfast demo at ${server.url}${server.started ? ' (started for you)' : ''}\n\n`)
    const { fetch, take } = watchRequests()
    const personas = await signInAll(server.url, admin, fetch)
    await load(personas, output)
    for (const [index, each] of scenarios.entries()) await showScenario(index + 1, each, personas, take, output)
    output.write(farewell(server, admin, env, output))
    if (server.started && output.isTTY) await once(server.started, 'exit')
  } finally {
    if (server.started) await stopServer(server.started)
  }
}

const adminEnv = ({ email, password }: Credentials): NodeJS.ProcessEnv => ({
  ADMIN_EMAIL: email,
  ADMIN_PASSWORD: password,
})

async function load({ admin }: Personas, output: Output): Promise<void> {
  const startedMs = performance.now()
  output.write(`  ${'schema'.padEnd(12)} ${await defineCollections(admin)}\n`)
  for (const dataset of readDatasets()) await loadDataset(admin, dataset, output)
  output.write(`  ${'done'.padEnd(12)} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`)
}

function farewell({ url, started }: DemoServer, admin: Credentials, env: NodeJS.ProcessEnv, output: Output): string {
  const signIn = `curl -s --json '${JSON.stringify(demoUser)}' ${url}/api/v1/auth/login`
  const lines = [
    `\nLook around: ${url}/api/v1/docs`,
    `As user    ${demoUser.email}  ${demoUser.password}`,
    ...(started && !env['ADMIN_PASSWORD']
      ? [`As admin   ${admin.email}  ${admin.password}  (kept in demo-admin.json of the data folder)`]
      : []),
    `With curl  export TOKEN=$(${signIn} | grep -o '"accessToken":"[^"]*' | cut -d'"' -f4)`,
  ]
  const next = output.isTTY
    ? 'The server goes on here until you press Ctrl-C.'
    : 'Start it again with: npx -y pnpm@12 start'
  return `${[...lines, ...(started ? [next] : [])].join('\n')}\n`
}
