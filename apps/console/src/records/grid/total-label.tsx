import { Anchor, Loader } from '@mantine/core'
import classes from './grid.module.css'
import type { Total } from './use-total'

const number = new Intl.NumberFormat()

/** How many records there are; a guess says so and can be made exact. */
export function TotalLabel({ total }: { readonly total: Total }) {
  const { count, isExact, isCounting } = total
  const text =
    count === undefined ? '' : `${isExact ? '' : 'about '}${number.format(count)} ${count === 1 ? 'record' : 'records'}`
  return (
    <span className={classes.count} aria-live="polite">
      {text}
      {!isExact && count !== undefined && !isCounting && (
        <>
          {' · '}
          <Anchor component="button" type="button" size="xs" onClick={total.countExactly}>
            Count exactly
          </Anchor>
        </>
      )}
      {isCounting && (
        <>
          {' · '}
          <Loader size={10} />{' '}
          <Anchor component="button" type="button" size="xs" onClick={total.stopCounting}>
            Stop counting
          </Anchor>
        </>
      )}
    </span>
  )
}
