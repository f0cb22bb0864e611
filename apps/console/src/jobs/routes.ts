import { type JobState, jobStates } from '@holdfast/contract'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

/** What a link to the list of jobs keeps. */
export interface JobSearch {
  readonly state?: JobState
  /** A kind of job. */
  readonly kind?: string
  /** The job that is looked at. */
  readonly job?: string
}

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/jobs',
  validateSearch: ({ state, kind, job }: Record<string, unknown>): JobSearch => ({
    ...(jobStates.includes(state as JobState) && { state: state as JobState }),
    ...(typeof kind === 'string' && kind !== '' && { kind }),
    ...(typeof job === 'string' && { job }),
  }),
  component: lazyRouteComponent(() => import('./jobs-page'), 'JobsPage'),
})

const schedulesPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/jobs/schedules',
  component: lazyRouteComponent(() => import('./schedules-page'), 'SchedulesPage'),
})

export const jobsRoutes = [page, schedulesPage] as const
