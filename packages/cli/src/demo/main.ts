import { describeError } from '../errors.js'
import { readDatasets } from './datasets.js'
import { defineCollections } from './define-collections.js'
import { type DemoServer, findServer, stopServer } from './find-server.js'
import { loadDataset } from './load-dataset.js'
import { type Credentials, demoUser, existingAdmin, firstAdmin, type Personas, signInAll } from './personas.js'
import { showScenario } from './scenario.js'
import { scenarios } from './scenarios.js'
import { watchRequests } from './watch-requests.js'

/** `pnpm demo`: real data in a real server, and what different people see of it. */
async function runDemo(env: NodeJS.ProcessEnv): Promise<void> {
  const server = await findServer(env, () => adminEnv(firstAdmin(env)))
  try {
    const admin = server.started ? firstAdmin(env) : await existingAdmin(env)
    console.log(`Holdfast demo at ${server.url}${server.started ? ' (started for you)' : ''}\n`)
    const { fetch, take } = watchRequests()
    const personas = await signInAll(server.url, admin, fetch)
    await load(personas)
    for (const [index, each] of scenarios.entries()) await showScenario(index + 1, each, personas, take)
    console.log(farewell(server, admin))
    if (server.started && process.stdout.isTTY) await keepRunning(server.started)
  } finally {
    if (server.started) await stopServer(server.started)
  }
}

const adminEnv = ({ email, password }: Credentials): NodeJS.ProcessEnv => ({
  ADMIN_EMAIL: email,
  ADMIN_PASSWORD: password,
})

async function load({ admin }: Personas): Promise<void> {
  const startedMs = performance.now()
  console.log(`  ${'schema'.padEnd(12)} ${await defineCollections(admin)}`)
  for (const dataset of readDatasets()) await loadDataset(admin, dataset)
  console.log(`  ${'done'.padEnd(12)} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
}

function farewell({ url, started }: DemoServer, admin: Credentials): string {
  const signIn = `curl -s --json '${JSON.stringify(demoUser)}' ${url}/api/v1/auth/login`
  const lines = [
    `\nLook around: ${url}/api/v1/docs`,
    `As user    ${demoUser.email}  ${demoUser.password}`,
    ...(started ? [`As admin   ${admin.email}  ${admin.password}   (kept in demo-admin.json of the data folder)`] : []),
    `With curl  export TOKEN=$(${signIn} | grep -o '"accessToken":"[^"]*' | cut -d'"' -f4)`,
  ]
  const next = process.stdout.isTTY
    ? 'The server goes on here until you press Ctrl-C.'
    : 'Start it again with: npx -y pnpm@12 start'
  return [...lines, ...(started ? [next] : [])].join('\n')
}

/** Until Ctrl-C, or until the server ends by itself. */
const keepRunning = (child: NonNullable<DemoServer['started']>): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
    child.once('exit', () => resolve())
  })

try {
  await runDemo(process.env)
} catch (error) {
  console.error(`demo: ${describeError(error)}`)
  process.exitCode = 1
}
