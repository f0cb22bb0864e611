import type { DdlStep } from './step.js'

export interface Rename {
  readonly id: string
  readonly from: string
  readonly to: string
}

/**
 * Renames in an order that works also when names are swapped: one whose new name is still taken by another goes by way of
 * a name nobody else has.
 */
export function renameSteps(renames: readonly Rename[], step: (rename: Rename, detour: boolean) => DdlStep): DdlStep[] {
  const detours = renames.filter(({ to }) => renames.some(({ from }) => from === to))
  const away = detours.map((rename) => step({ ...rename, to: `_${rename.id}` }, true))
  const final = renames.map((rename) =>
    step(detours.includes(rename) ? { ...rename, from: `_${rename.id}` } : rename, false),
  )
  return [...away, ...final]
}
