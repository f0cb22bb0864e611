import { createClient, memoryStorage } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import type { Credentials, DemoClient } from '../personas.js'

/** A client of its own; signed in when told as whom. It repeats what got no answer. */
export async function connect(url: string, credentials?: Credentials): Promise<DemoClient> {
  const client: DemoClient = withAdmin(createClient(url, { storage: memoryStorage(), retries: 40 }))
  if (credentials) await client.auth.signInWithPassword(credentials)
  return client
}

/** Messages that everybody may read. */
export async function defineMessages(admin: DemoClient): Promise<void> {
  await admin.admin.collections.create({
    name: 'messages',
    fields: [
      { name: 'n', type: 'integer', required: true },
      { name: 'room', type: 'select', options: ['tea', 'coffee'], required: true },
      { name: 'text', type: 'text' },
    ],
    rules: [{ role: 'public', action: 'read' }],
  })
}
