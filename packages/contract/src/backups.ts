/** A backup, as `GET /admin/backups` lists it. */
export interface BackupInfo {
  /** `20261121T214500Z-9f86d081884c7d65`: the name of its file without `.hfb`. */
  name: string
  state: 'running' | 'done' | 'failed'
  /** ISO 8601: when it was begun. */
  createdAt: string
  /** Of the file, so far. */
  bytes: number
  /** Records in it; null until it is done. */
  records: number | null
  collections: number | null
  /** Of the file, in hex; null until it is done. */
  sha256: string | null
  /** Why it failed, in words. */
  error: string | null
}

/** A backup and what its first line says, as `GET /admin/backups/{name}` answers. */
export interface BackupDetails extends BackupInfo {
  /** Names of the collections in it. */
  contents: string[]
  /** Names of the roles in it. */
  roles: string[]
}

/** Body of `POST /admin/backups/{name}/restore`. */
export interface RestoreRequest {
  /** Names of collections. Default: all in the backup. */
  collections?: string[]
  /** Also deletes records that are not in the backup; never users. Default false. */
  exact?: boolean
  /** What going back to the definitions of the backup would lose, may be lost. Default false. */
  acceptDataLoss?: boolean
  /** Counts what would be done and does nothing. Default false. */
  dryRun?: boolean
}

/** What a restore did, or would do, to one collection. */
export interface RestoredCollection {
  collection: string
  inserted: number
  updated: number
  unchanged: number
  deleted: number
}

/** Answer of `POST /admin/backups/{name}/restore`. */
export interface RestoreReport {
  dryRun: boolean
  /** Steps of the schema change that goes back to the definitions of the backup, in words. */
  schemaSteps: string[]
  /** Those of them that lose what is stored now: they need `acceptDataLoss`. */
  lossySteps: string[]
  /** Roles that were missing and were made. */
  roles: string[]
  collections: RestoredCollection[]
}
