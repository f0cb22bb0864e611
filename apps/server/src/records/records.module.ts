import { Module } from '@nestjs/common'
import { ChangesModule } from '../changes/changes.module.js'
import { CollectionsModule } from '../collections/collections.module.js'
import { ObservabilityModule } from '../observability/observability.module.js'
import { PermissionsModule } from '../permissions/permissions.module.js'
import { Database, RecordDatabase } from '../platform/db/index.js'
import { AggregateRoutes } from './aggregate/aggregate-routes.js'
import { AggregatesService } from './aggregate/aggregates.service.js'
import { BatchRoutes } from './batch/batch-routes.js'
import { BulkRoutes } from './bulk/bulk-routes.js'
import { BulkWrites } from './bulk/bulk-writes.js'
import { CostGuard } from './cost/cost-guard.js'
import { Cursors } from './cursor/cursors.js'
import { ExportRoutes } from './export/export-routes.js'
import { Exports } from './export/exports.js'
import { HistoryReach } from './history/history-reach.js'
import { VersionRestores } from './history/version-restores.js'
import { VersionRoutes } from './history/version-routes.js'
import { VersionsService } from './history/versions.service.js'
import { KeptAnswerSweep } from './idempotency/kept-answer-sweep.js'
import { SafeWrites } from './idempotency/safe-writes.js'
import { ImportRoutes } from './import/import-routes.js'
import { Imports } from './import/imports.js'
import { LiveRecords } from './live/live-records.js'
import { NestedWrites } from './nested/nested-writes.js'
import { KeptSweep } from './past/kept-sweep.js'
import { PersonalRecords } from './personal/personal-records.js'
import { ListReader } from './read/list-reader.js'
import { ReadRoutes } from './read/read-routes.js'
import { RecordsService } from './records.service.js'
import { TrashService } from './trash/trash.service.js'
import { TrashRoutes } from './trash/trash-routes.js'
import { Upserts } from './upsert/upserts.js'
import { InternalWrites } from './write/internal-writes.js'
import { RecordWrites } from './write/record-writes.js'
import { WriteRoutes } from './write/write-routes.js'
import { WriteSteps } from './write/write-steps.js'

@Module({
  imports: [ObservabilityModule, CollectionsModule, PermissionsModule, ChangesModule],
  providers: [
    // Whatever works on records leaves some connections to sign-in and admins.
    { provide: Database, useExisting: RecordDatabase },
    CostGuard,
    Cursors,
    ListReader,
    HistoryReach,
    RecordsService,
    LiveRecords,
    ReadRoutes,
    AggregatesService,
    AggregateRoutes,
    WriteSteps,
    NestedWrites,
    RecordWrites,
    Upserts,
    InternalWrites,
    PersonalRecords,
    SafeWrites,
    KeptAnswerSweep,
    WriteRoutes,
    BulkWrites,
    BulkRoutes,
    BatchRoutes,
    Imports,
    ImportRoutes,
    Exports,
    ExportRoutes,
    VersionsService,
    VersionRestores,
    VersionRoutes,
    TrashService,
    TrashRoutes,
    KeptSweep,
  ],
  exports: [RecordsService, LiveRecords, InternalWrites, PersonalRecords],
})
export class RecordsModule {}
