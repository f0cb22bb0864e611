import type { Operand } from './shape.js'

/** Where the value of a parameter comes from when a statement runs. */
export type ParamSource =
  | { readonly from: 'value'; readonly value: ParamValue }
  /** The id of the caller. */
  | { readonly from: 'userId' }
  /** All roles of the caller. */
  | { readonly from: 'roles' }
  /** The team the caller has switched to. */
  | { readonly from: 'teamId' }
  /** What the write comes from, for the change log. */
  | { readonly from: 'cause' }
  /** Given with the run: a record id, a column's value. */
  | { readonly from: 'input'; readonly index: number }

/** Bytes are a value in PostgreSQL's binary form. */
export type ParamValue = Operand | null | readonly Operand[] | Buffer

/** What fills the parameters of a plan. */
export interface Bindings {
  readonly userId?: string
  readonly roles?: readonly string[]
  readonly teamId?: string | undefined
  readonly cause?: string | undefined
  readonly inputs?: readonly (ParamValue | undefined)[]
}

/** Collects the parameters of a statement while its text is built. The text depends on their order only, never on values. */
export class Params {
  readonly sources: ParamSource[] = []
  private userIdAt = 0
  private rolesAt = 0
  private teamIdAt = 0

  value(value: ParamValue): string {
    return this.add({ from: 'value', value })
  }

  input(index: number): string {
    return this.add({ from: 'input', index })
  }

  userId(): string {
    if (this.userIdAt === 0) {
      this.add({ from: 'userId' })
      this.userIdAt = this.sources.length
    }
    return `$${this.userIdAt}::uuid`
  }

  roles(): string {
    if (this.rolesAt === 0) {
      this.add({ from: 'roles' })
      this.rolesAt = this.sources.length
    }
    return `$${this.rolesAt}::text[]`
  }

  teamId(): string {
    if (this.teamIdAt === 0) {
      this.add({ from: 'teamId' })
      this.teamIdAt = this.sources.length
    }
    return `$${this.teamIdAt}::uuid`
  }

  cause(): string {
    return this.add({ from: 'cause' })
  }

  private add(source: ParamSource): string {
    this.sources.push(source)
    return `$${this.sources.length}`
  }
}

/** The values of a plan's parameters, in order. */
export const bindParams = (sources: readonly ParamSource[], bindings: Bindings): unknown[] =>
  sources.map((source) => resolve(source, bindings))

function resolve(source: ParamSource, bindings: Bindings): unknown {
  switch (source.from) {
    case 'value':
      return source.value
    case 'userId':
      return bindings.userId ?? null
    case 'roles':
      return bindings.roles ?? []
    case 'teamId':
      return bindings.teamId ?? null
    case 'cause':
      return bindings.cause ?? ''
    case 'input':
      return bindings.inputs?.[source.index] ?? null
  }
}
