import { Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../../ui/confirm'

/** Asks before a page with unsaved changes is left. */
export function LeaveGuard({ active }: { readonly active: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => active && current.pathname !== next.pathname,
    enableBeforeUnload: () => active,
    withResolver: true,
  })
  return (
    <Confirm
      opened={status === 'blocked'}
      title="Leave without saving?"
      label="Leave"
      danger
      onClose={() => reset?.()}
      onConfirm={async () => proceed?.()}
    >
      <Text>What you changed here is lost.</Text>
    </Confirm>
  )
}
