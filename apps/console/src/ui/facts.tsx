import type { ReactNode } from 'react'
import classes from './facts.module.css'

interface Fact {
  readonly name: string
  readonly value: ReactNode
  /** A small button behind the value. */
  readonly action?: ReactNode
}

/** What is known of one thing: names and values. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className={classes.facts}>
    {facts.map(({ name, value, action }) => (
      <div key={name} className={classes.fact}>
        <dt className={classes.name}>{name}</dt>
        <dd className={classes.value}>
          <div className={classes.text}>{value}</div>
          {action}
        </dd>
      </div>
    ))}
  </dl>
)
