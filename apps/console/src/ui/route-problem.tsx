import type { ErrorComponentProps } from '@tanstack/react-router'
import { Page } from './page'
import { Problem } from './problem'

/** In place of a page that failed. */
export const RouteProblem = ({ error, reset }: ErrorComponentProps) => (
  <Page title="That did not work">
    <Problem error={error} onRetry={reset} />
  </Page>
)
