import type { DdlStep } from './step.js'

/** In the order they run: what is in the way goes first, what leans on others comes last. */
const order = [
  'unlog',
  'unlink',
  'dropComputed',
  'dropColumns',
  'dropTables',
  'rename',
  'createTables',
  'addColumns',
  'alterColumns',
  'addComputed',
  'link',
  'addIndexes',
  'log',
  'rules',
] as const

export type Phase = (typeof order)[number]

/** Steps of many collections, sorted into one order that works for all of them. */
export class Phases {
  private readonly steps = new Map<Phase, DdlStep[]>(order.map((phase) => [phase, []]))

  add(phase: Phase, ...steps: DdlStep[]): void {
    this.steps.get(phase)!.push(...steps)
  }

  inOrder(): DdlStep[] {
    return [...this.steps.values()].flat()
  }
}
