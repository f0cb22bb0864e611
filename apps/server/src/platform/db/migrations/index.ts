import type { MigrationInterface } from 'typeorm'

/** A migration of the system schema: `name` ends in its number, thirteen digits wide, as TypeORM wants it. */
export type SystemMigration = new () => MigrationInterface & { readonly name: string }

/** Every migration there is, oldest first. The file `NNNN-what.ts` holds the class whose name is `what` and NNNN in thirteen digits. */
export const migrations: readonly SystemMigration[] = []
