import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { applyDecorators } from '@nestjs/common'
import { ApiOkResponse, ApiProduces } from '@nestjs/swagger'
import type { Response } from 'express'

const contentType = 'application/x-ndjson'

/** The handler answers with an export, line by line. */
export const AnswersExport = () =>
  applyDecorators(
    ApiProduces(contentType),
    ApiOkResponse({
      description:
        'A JSON object per line: the user, what the server knows beside it, records; the last one says `end`',
      content: { [contentType]: { schema: { type: 'string' } } },
    }),
  )

/** An export that fails is cut off, and so has no last line. */
export async function sendExport(response: Response, lines: AsyncIterable<string>): Promise<void> {
  response.status(200).setHeader('content-type', contentType)
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-disposition', 'attachment; filename="export.ndjson"')
  // Whoever asked may have left: that is no fault.
  await pipeline(Readable.from(lines), response).catch(() => response.destroy())
}
