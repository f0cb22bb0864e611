import { Outlet, useParams } from '@tanstack/react-router'
import { Page } from '../ui/page'

export function RecordsPage() {
  const { collection } = useParams({ from: '/shell/data/$collection' })
  return (
    <Page title={collection} full>
      <Outlet />
    </Page>
  )
}
