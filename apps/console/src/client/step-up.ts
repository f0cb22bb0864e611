import type { Problem } from '@holdfast/contract'

type Fetch = typeof fetch
type Prompt = () => Promise<boolean>

let prompt: Prompt | undefined
let asking: Promise<boolean> | undefined

/** Sets what asks the user for a fresh proof; it tells whether one was given. */
export function onProofNeeded(ask: Prompt): void {
  prompt = ask
}

/**
 * Where the server wants a fresh proof of who somebody is (`step_up_required`), the user is asked for one, once for all
 * requests that wait for it, and the request is sent again.
 */
export const askForProof =
  (send: Fetch): Fetch =>
  async (input, init) => {
    const response = await send(input, init)
    if (response.status !== 403 || !(await needsProof(response.clone()))) return response
    asking ??= (prompt?.() ?? Promise.resolve(false)).finally(() => {
      asking = undefined
    })
    return (await asking) ? send(input, init) : response
  }

async function needsProof(response: Response): Promise<boolean> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
  return problem.code === 'step_up_required'
}
