import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type DemoProgress, loadDemo, removeDemo } from './load-demo'

/** Loads the demo, and tells how far it is. */
export function useLoadDemo() {
  const queries = useQueryClient()
  const [progress, setProgress] = useState<DemoProgress>()
  const load = useMutation({
    mutationFn: () => loadDemo(setProgress),
    onSettled: () => queries.invalidateQueries(),
  })
  return { load, progress }
}

/** Removes it again. */
export function useRemoveDemo() {
  const queries = useQueryClient()
  return useMutation({ mutationFn: removeDemo, onSettled: () => queries.invalidateQueries() })
}
