import { createClient } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import { askForProof } from './step-up'

/**
 * The one way from here to the server. The session lies in cookies that no script can read; what the browser keeps is who is
 * signed in.
 */
export const client = withAdmin(createClient(location.origin, { cookies: true, fetch: askForProof(fetch) }))

export type ConsoleClient = typeof client
