import { type Action, actions, type CollectionDefinition } from '@holdfast/contract'
import { accessOf, type Level, levelWord } from './levels'
import classes from './marks.module.css'

const letters: Readonly<Record<Action, string>> = { read: 'R', create: 'C', update: 'U', delete: 'D' }

/** How far an action is open, by its letter and shape. */
export const Mark = ({ letter, level, faint = false }: { letter: string; level: Level; faint?: boolean }) => (
  <span className={classes.mark} data-level={level} {...(faint && { 'data-faint': true })}>
    {letter}
  </span>
)

/** The four actions of a cell. */
export const Marks = ({ collection, role }: { readonly collection: CollectionDefinition; readonly role: string }) => (
  <span className={classes.marks} aria-hidden>
    {actions.map((action) => {
      const { level, inherited } = accessOf(collection, role, action)
      return <Mark key={action} letter={letters[action]} level={level} faint={inherited} />
    })}
  </span>
)

/** What letters and shapes mean. */
export const Legend = () => (
  <p className={classes.legend}>
    {(['all', 'fields', 'rows', 'none'] as const).map((level) => (
      <span key={level} className={classes.meaning}>
        <span aria-hidden>
          <Mark letter="R" level={level} />
        </span>
        {levelWord(level)}
      </span>
    ))}
    <span>Read, Create, Update, Delete. Pale: by what public or user may do.</span>
  </p>
)
