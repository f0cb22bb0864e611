import { Button, Text } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { toTarget, useViewAs, viewAs } from '../../client/view-as'
import { whoNameQuery } from '../who/who-queries'
import { askForView, useAskingForView } from './ask-for-view'
import classes from './view-as-bar.module.css'

const ViewAsDialog = lazy(() => import('./view-as-dialog'))

/** Says above every page that the data is shown as somebody else sees it, and ends that. */
export function ViewAsBar() {
  const view = useViewAs()
  const asking = useAskingForView()
  useEffect(() => {
    document.documentElement.classList.toggle('viewing', view !== undefined)
  }, [view])
  return (
    <>
      {view !== undefined && <Bar view={view} />}
      <Suspense>{asking && <ViewAsDialog />}</Suspense>
    </>
  )
}

function Bar({ view }: { readonly view: string }) {
  const target = toTarget(view) ?? 'public'
  const { data: name } = useQuery(whoNameQuery(target))
  return (
    <section className={classes.bar} aria-label="View as">
      <IconEye size={16} aria-hidden className={classes.icon} />
      <Text size="sm" truncate role="status">
        You see the data as <strong>{name ?? view}</strong>
        <span className={classes.aside}> · read only</span>
      </Text>
      <Button size="compact-xs" variant="outline" className={classes.button} onClick={() => askForView()}>
        Change
      </Button>
      <Button size="compact-xs" variant="outline" className={classes.button} onClick={viewAs.stop}>
        Stop
      </Button>
    </section>
  )
}
