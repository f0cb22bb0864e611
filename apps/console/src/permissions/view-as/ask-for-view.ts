import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let asking = false

/** Opens or closes the dialog that asks as whom to look. */
export function askForView(open = true): void {
  asking = open
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useAskingForView = (): boolean => useSyncExternalStore(subscribe, () => asking)
