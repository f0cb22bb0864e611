import { lazy, Suspense, useState } from 'react'
import type { ConfirmProps } from './confirm-dialog'

const ConfirmDialog = lazy(() => import('./confirm-dialog'))

/** Asks before something that is hard to undo; stays open and says why when it fails. Loaded when it is first asked. */
export function Confirm(props: ConfirmProps) {
  const [wasOpened, setWasOpened] = useState(props.opened)
  if (props.opened && !wasOpened) setWasOpened(true)
  return <Suspense>{wasOpened && <ConfirmDialog {...props} />}</Suspense>
}
