import { lazy, Suspense, useEffect, useState } from 'react'
import { onProofNeeded } from '../../client/step-up'

const ProofDialog = lazy(() => import('./proof-dialog'))

/** Asks who is here once more, where the server wants to be sure; whoever asked goes on by itself. */
export function StepUp() {
  const [answer, setAnswer] = useState<(proven: boolean) => void>()
  useEffect(() => onProofNeeded(() => new Promise((resolve) => setAnswer(() => resolve))), [])
  const finish = (proven: boolean) => {
    answer?.(proven)
    setAnswer(undefined)
  }
  return <Suspense>{answer && <ProofDialog onAnswer={finish} />}</Suspense>
}
