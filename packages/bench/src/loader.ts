import autocannon from 'autocannon'
import { Latencies } from './latencies.js'

/** One stretch of load, as the loader process is asked for it. */
export interface Load {
  readonly url: string
  readonly headers: Record<string, string>
  /** Sent in turn; every connection begins at another one. */
  readonly requests: readonly LoadRequest[]
  readonly connections: number
  /** How long, or how many requests. */
  readonly seconds?: number
  readonly amount?: number
}

export interface LoadRequest {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly body?: string
}

export interface LoadResult {
  /** Answers per second. */
  readonly rate: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly answers: number
  /** Answers that were not 2xx, errors of the connection and timeouts. */
  readonly failures: number
  /** When the load began and ended on the machine's monotonic clock, in microseconds. */
  readonly fromUs: number
  readonly toUs: number
}

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)

function run(load: Load): Promise<LoadResult> {
  const latencies = new Latencies()
  let clients = 0
  let fromUs = 0
  let toUs = 0
  const options: autocannon.Options = {
    url: load.url,
    headers: load.headers,
    connections: load.connections,
    ...(load.amount ? { amount: load.amount } : { duration: load.seconds ?? 1 }),
    timeout: 60,
    setupClient: (client) => {
      const start = Math.floor((clients++ * load.requests.length) / load.connections)
      client.setRequests([...load.requests.slice(start), ...load.requests.slice(0, start)])
    },
  }
  return new Promise((resolve, reject) => {
    const instance = autocannon(options, (error, result) => {
      if (error) return reject(error)
      resolve({
        rate: (latencies.count * 1_000_000) / (toUs - fromUs),
        p50Ms: latencies.percentile(50),
        p99Ms: latencies.percentile(99),
        answers: latencies.count,
        failures: result.non2xx + result.errors + result.timeouts,
        fromUs,
        toUs,
      })
    })
    instance.on('response', (_client, _status, _bytes, latencyMs) => {
      latencies.add(latencyMs)
      toUs = nowUs()
      if (fromUs === 0) fromUs = toUs - Math.round(latencyMs * 1000)
    })
  })
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.({ result }),
    (error) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
