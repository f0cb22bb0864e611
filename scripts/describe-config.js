/** Writes .env.example and the table of docs/configuration.md from the settings. Build first. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const { describeAsEnv, describeAsTable } = await import(
  join(root, 'apps/server/dist/platform/config/describe-settings.js')
)

writeFileSync(join(root, '.env.example'), describeAsEnv())

const page = join(root, 'docs/configuration.md')
const text = readFileSync(page, 'utf8')
const [before] = text.split('<!-- settings -->')
const [, after] = text.split('<!-- /settings -->')
writeFileSync(page, `${before}<!-- settings -->\n${describeAsTable()}\n<!-- /settings -->${after}`)
