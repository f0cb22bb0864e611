import type { Json } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import {
  type Bindings,
  bindParams,
  type Condition,
  conditionKey,
  conditionToSql,
  Params,
  type ParamValue,
  SqlContext,
} from '../../query/index.js'

/** An answer that is there once the questions were asked. */
export type Answer<T> = () => T

/**
 * Questions about one record, which PostgreSQL answers all in one statement: conditions as requests have them, and values.
 * The record goes by the name `p`; every question is a column of its own.
 */
export class Questions {
  readonly context = new SqlContext(new Params())
  private readonly columns: string[] = []
  private readonly inputs: ParamValue[] = []
  private readonly typed = ['1']
  private readonly conditions = new Map<string, Answer<boolean>>()
  private answers: readonly Json[] | undefined

  /** A parameter of the statement, for an expression that is surely in it. */
  input(value: ParamValue): string {
    return this.context.params.input(this.inputs.push(value) - 1)
  }

  /** A parameter that may end up in no question. */
  typedInput(value: ParamValue, type: string): string {
    const text = `${this.input(value)}::${type}`
    this.typed.push(text)
    return text
  }

  holds(condition: Condition): Answer<boolean> {
    const key = conditionKey(condition)
    let answer = this.conditions.get(key)
    if (!answer) {
      const value = this.value(`to_jsonb((${conditionToSql(condition, 'p', this.context)}) is true)`)
      answer = () => value() === true
      this.conditions.set(key, answer)
    }
    return answer
  }

  /** The value of an expression that gives jsonb. */
  value(sql: string): Answer<Json> {
    const at = this.columns.push(sql) - 1
    return () => {
      if (!this.answers) throw new Error('The questions were not asked')
      return this.answers[at] ?? null
    }
  }

  /** Asks about the record that `from` gives, a FROM with what follows. False where there is none. */
  async ask(executor: Executor, from: string, bindings: Bindings): Promise<boolean> {
    // PostgreSQL insists on knowing the type of every parameter, also of one that is not used.
    const text = `with typed as (select ${this.typed.join(', ')}) select to_jsonb(array[${this.columns.join(', ')}]::jsonb[])::text ${from}`
    const values = bindParams(this.context.params.sources, { ...bindings, inputs: this.inputs })
    const { rows } = await executor.run({ text, values })
    if (rows[0]) this.answers = JSON.parse(rows[0][0] as string) as Json[]
    return rows.length > 0
  }
}
