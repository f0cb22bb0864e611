/** What admins choose of the log of requests. */
export interface RequestSettings {
  readonly keep: 'all' | 'errors' | 'off'
  readonly retentionDays: number
  readonly maxRows: number
  readonly maxPerSecond: number
}

const integer = (minimum: number, maximum: number, description: string) =>
  ({ type: 'integer', minimum, maximum, description }) as const

const defaults: RequestSettings = { keep: 'all', retentionDays: 7, maxRows: 1_000_000, maxPerSecond: 100 }

/** The section `observe.requests`. */
export const requestSettings = {
  name: 'observe.requests',
  description: 'The log of requests: which are kept, and how long',
  schema: {
    type: 'object' as const,
    additionalProperties: false as const,
    properties: {
      keep: {
        type: 'string' as const,
        enum: ['all', 'errors', 'off'],
        description: 'All requests, those answered with 400 and above, or none',
      },
      retentionDays: integer(1, 400, 'After so many days lines are deleted'),
      maxRows: integer(1000, 100_000_000, 'Beyond so many lines the oldest are deleted: a million take about 300 MB'),
      maxPerSecond: integer(
        1,
        10_000,
        'Of each node. Beyond it, only errors of the server, slow requests and a sample are kept',
      ),
    },
  },
  defaults,
}
