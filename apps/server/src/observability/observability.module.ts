import { Module } from '@nestjs/common'
import { DatabaseController } from './database/database.controller.js'
import { DatabaseSampler } from './database/database-sampler.js'
import { HealthController } from './health.controller.js'
import { MetricsController } from './metrics/metrics.controller.js'
import { Metrics } from './metrics/metrics.js'
import { Readiness } from './readiness.js'
import { RequestLog } from './requests/request-log.js'
import { RequestsController } from './requests/requests.controller.js'
import { SlowController } from './slow/slow.controller.js'
import { SlowStatements } from './slow/slow-statements.js'

@Module({
  controllers: [HealthController, MetricsController, RequestsController, SlowController, DatabaseController],
  providers: [Readiness, Metrics, RequestLog, SlowStatements, DatabaseSampler],
  exports: [Metrics, SlowStatements],
})
export class ObservabilityModule {}
