import type { NestExpressApplication } from '@nestjs/platform-express'
import express from 'express'
import type { Config } from '../config/index.js'
import type { Log } from '../log/index.js'
import { ErrorFilter } from './error-filter.js'
import { assignRequestId } from './request-id.js'

/** Paths that are not part of the API: probes, keys, pages for people. */
const outsideApi = ['health/*path', '.well-known/*path', 'setup', 'setup/*path']

/** Everything that stands between the socket and the routes. */
export function setUpHttp(app: NestExpressApplication, config: Config, log: Log): void {
  app.set('query parser', 'simple')
  app.set('etag', false)
  app.disable('x-powered-by')
  app.use(assignRequestId)
  app.use(express.json({ limit: config.maxBodyBytes }))
  app.setGlobalPrefix('api/v1', { exclude: outsideApi })
  app.useGlobalFilters(new ErrorFilter(log))
}
