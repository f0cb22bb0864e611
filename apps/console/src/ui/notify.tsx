import { lazy, Suspense, useSyncExternalStore } from 'react'
import { describeError } from './describe-error'

const load = () => import('./notices')
const LazyNotices = lazy(load)

let isWanted = false
const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where short messages appear; loaded with the first of them. */
export function Notices() {
  const wanted = useSyncExternalStore(subscribe, () => isWanted)
  return <Suspense>{wanted && <LazyNotices />}</Suspense>
}

async function show(notice: { title?: string; message: string; color: string; autoClose?: number }): Promise<void> {
  isWanted = true
  for (const listener of listeners) listener()
  const { notifications } = await load()
  notifications.show({
    ...notice,
    style: { whiteSpace: 'pre-line' },
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

/** Something went well, and the page alone does not show it. */
export const notify = (message: string): void => void show({ message, color: 'teal' })

/** An action failed, and there is no better place to say so. */
export function notifyError(error: unknown): void {
  const { title, hint, places } = describeError(error)
  const message = [...places.map(({ path, message }) => `${path}: ${message}`), hint].filter(Boolean).join('\n')
  void show({ title, message, color: 'red', autoClose: 10_000 })
}
