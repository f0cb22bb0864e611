import type { MigrationInterface } from 'typeorm'
import { collections0000000001000 } from './1000-collections.js'
import { records0000000001500 } from './1500-records.js'
import { search0000000001600 } from './1600-search.js'
import { validRecords0000000001610 } from './1610-valid-records.js'
import { jsonChanges0000000001620 } from './1620-json-changes.js'
import { idempotency0000000001700 } from './1700-idempotency.js'
import { auth0000000002000 } from './2000-auth.js'
import { changes0000000003000 } from './3000-changes.js'
import { channels0000000003100 } from './3100-channels.js'
import { webhooks0000000003200 } from './3200-webhooks.js'
import { history0000000003400 } from './3400-history.js'
import { accounts0000000004000 } from './4000-accounts.js'
import { mailTemplates0000000004100 } from './4100-mail-templates.js'
import { emailChanges0000000004110 } from './4110-email-changes.js'
import { identities0000000004200 } from './4200-identities.js'
import { secondFactors0000000004300 } from './4300-second-factors.js'
import { keys0000000004400 } from './4400-keys.js'
import { teams0000000004500 } from './4500-teams.js'
import { company0000000004600 } from './4600-company.js'
import { oidc0000000004610 } from './4610-oidc.js'
import { people0000000004800 } from './4800-people.js'
import { savedViews0000000005000 } from './5000-saved-views.js'
import { observe0000000005100 } from './5100-observe.js'
import { audit0000000005200 } from './5200-audit.js'

/** A migration of the system schema: `name` ends in its number, thirteen digits wide, as TypeORM wants it. */
export type SystemMigration = new () => MigrationInterface & { readonly name: string }

/** Every migration there is, oldest first. The file `NNNN-what.ts` holds the class whose name is `what` and NNNN in thirteen digits. */
export const migrations: readonly SystemMigration[] = [
  collections0000000001000,
  records0000000001500,
  search0000000001600,
  validRecords0000000001610,
  jsonChanges0000000001620,
  idempotency0000000001700,
  auth0000000002000,
  changes0000000003000,
  channels0000000003100,
  webhooks0000000003200,
  history0000000003400,
  accounts0000000004000,
  mailTemplates0000000004100,
  emailChanges0000000004110,
  identities0000000004200,
  secondFactors0000000004300,
  keys0000000004400,
  teams0000000004500,
  company0000000004600,
  oidc0000000004610,
  people0000000004800,
  savedViews0000000005000,
  observe0000000005100,
  audit0000000005200,
]
