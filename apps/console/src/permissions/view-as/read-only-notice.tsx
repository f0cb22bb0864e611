import { Button } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { viewAs } from '../../client/view-as'
import { EmptyState } from '../../ui/empty-state'

/** In place of a page that writes, as long as one looks as somebody else. */
export const ReadOnlyNotice = ({ reason }: { readonly reason: string }) => (
  <EmptyState
    icon={IconEye}
    title="Nothing is changed as somebody else"
    action={<Button onClick={viewAs.stop}>Stop looking as somebody else</Button>}
  >
    {reason}
  </EmptyState>
)
