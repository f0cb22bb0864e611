import type { RuleDefinition } from '@holdfast/contract'
import classes from './rule-json.module.css'

interface RuleJsonProps {
  readonly rule: RuleDefinition
  readonly label: string
  /** Paths of conditions to mark. */
  readonly marked?: readonly string[]
}

/** A rule as its JSON, the conditions in question marked. */
export function RuleJson({ rule: { tests: _, ...rule }, label, marked = [] }: RuleJsonProps) {
  const lines = JSON.stringify(rule, null, 2).split('\n')
  const isMarked = (line: string) => {
    const key = /^\s*("(?:[^"\\]|\\.)*"):/.exec(line)?.[1]
    return key !== undefined && marked.includes(JSON.parse(key) as string)
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className={classes.frame} tabIndex={0} aria-label={label}>
      <pre className={classes.code}>
        {lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text have nothing else
          <span key={at} className={classes.line} {...(isMarked(line) && { 'data-marked': true })}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
    </section>
  )
}
