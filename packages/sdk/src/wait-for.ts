/** The result of shared work, or the signal's reason; giving up does not stop the work for others. */
export function waitFor<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason)
    const stopListening = (): void => signal.removeEventListener('abort', giveUp)
    signal.addEventListener('abort', giveUp)
    work.then(resolve, reject).finally(stopListening)
    if (signal.aborted) giveUp()
  })
}
