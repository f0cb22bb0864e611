import { Fragment } from 'react'
import classes from './cells.module.css'
import { partsOf } from './marked-text'

/** A text with what a search found marked in it. */
export const MarkedWords = ({ highlight }: { readonly highlight: string }) =>
  partsOf(highlight).map(({ text, isFound }, place) =>
    isFound ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
      <mark key={place} className={classes.found}>
        {text}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
      <Fragment key={place}>{text}</Fragment>
    ),
  )
