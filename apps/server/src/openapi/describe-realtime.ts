import { limits, realtimeEvents } from '@holdfast/contract'
import { problems } from './describe-problems.js'
import { jsonContent, type Paths, refTo, signInOptional } from './document.js'

const parameter = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'query',
  description,
  schema,
})

/** What is told as it happens. The same for everybody: rules decide record by record. */
export const describeRealtime = (): Paths => ({
  '/api/v1/realtime': {
    get: {
      operationId: 'realtime',
      tags: ['Realtime'],
      summary: 'Be told of changes as they come',
      description:
        'A stream of server-sent events: one subscription, whose messages are the events below, each with its `id`. ' +
        'The same path opens a WebSocket, for many subscriptions and for channels.',
      security: signInOptional,
      parameters: [
        { ...parameter('collection', 'The collection whose records you want to be told of.'), required: true },
        parameter('record', 'Only of this record.', { type: 'string', format: 'uuid' }),
        {
          name: 'filter',
          in: 'query',
          description: 'Only of records that match, as in a list: as JSON, or in brackets.',
          content: jsonContent({ type: 'object' }, {}),
        },
        parameter('fields', 'The fields of records that are told, with commas. Left out: all you may read.'),
        parameter('expand', 'Related records to put under `expand`, as in a list.'),
        parameter('snapshot', '`true`: first the records there are.', { type: 'boolean', default: false }),
        parameter('sort', 'The order of the snapshot.'),
        parameter('limit', 'Records of the snapshot.', {
          type: 'integer',
          minimum: 1,
          maximum: limits.maxLimit,
          default: limits.maxLimit,
        }),
        parameter('since', 'Go on after the event of this id: all that was missed is told first.'),
        {
          name: 'Last-Event-ID',
          in: 'header',
          description: 'As `since`, which it goes before: browsers send it when they come back.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: {
          description: 'Events, as they come: the `data` of each',
          content: { 'text/event-stream': { schema: refTo('schemas', 'RealtimeEvent') } },
        },
        ...problems(400, 401, 403, 404, 409, 503),
      },
    },
  },
})

export const realtimeSchemas = {
  RealtimeEvent: {
    type: 'object',
    description: 'The `data` of one event.',
    required: ['id', 'type', 'collection', 'at'],
    properties: {
      id: { type: 'string', description: 'Where to go on after it: `since`, or `Last-Event-ID`.' },
      type: {
        type: 'string',
        enum: realtimeEvents,
        description:
          '`enter` and `leave`: an update brought the record into what you are told of, or out of it. ' +
          '`reset`: what you were told may no longer hold; read anew. `ready`: from here on it is live.',
      },
      collection: { type: 'string' },
      record: {
        type: 'object',
        description: 'As you may read it. Of `delete` and `leave` the `id` only; `reset` and `ready` have none.',
      },
      at: { type: 'string', format: 'date-time', description: 'When the change was made.' },
    },
  },
}
