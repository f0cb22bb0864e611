import type { Liquid } from 'liquidjs'
import { partials } from './layout.js'

/**
 * Tags a mail has use for. Without loops and captures a template takes as long as it is long; what is put in cannot get
 * around the escaping.
 */
const tags: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'comment', '#', 'layout', 'block', 'render'])
/** Filters that make text of text, none of it larger by much. */
const filters: ReadonlySet<string> = new Set(
  'append capitalize default downcase escape prepend remove replace round strip truncate upcase plus minus times divided_by'.split(
    ' ',
  ),
)

export interface Engines {
  /** Puts in what it is given as it is. */
  readonly text: Liquid
  /** Escapes what it puts in. */
  readonly html: Liquid
}

let loaded: Promise<Engines> | undefined

/** Loaded with the first mail. */
export function loadEngines(): Promise<Engines> {
  loaded ??= import('liquidjs').then(({ Liquid }) => ({
    text: restrict(new Liquid({ ...options, templates: {} })),
    html: restrict(new Liquid({ ...options, templates: partials, outputEscape: 'escape' })),
  }))
  return loaded
}

const options = {
  strictFilters: true,
  strictVariables: true,
  ownPropertyOnly: true,
  parseLimit: 100_000,
  renderLimit: 500,
  memoryLimit: 1_000_000,
} as const

function restrict(engine: Liquid): Liquid {
  for (const name of Object.keys(engine.tags)) if (!tags.has(name)) delete engine.tags[name]
  for (const name of Object.keys(engine.filters)) if (!filters.has(name)) delete engine.filters[name]
  return engine
}
