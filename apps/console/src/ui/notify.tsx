import '@mantine/notifications/styles.layer.css'
import { Notifications, notifications } from '@mantine/notifications'
import { describeError } from './describe-error'

/** Where short messages appear. */
export const Notices = () => <Notifications position="bottom-right" limit={4} />

const closeButtonProps = { 'aria-label': 'Dismiss' }

/** Something went well, and the page alone does not show it. */
export const notify = (message: string): void => void notifications.show({ message, color: 'teal', closeButtonProps })

/** An action failed, and there is no better place to say so. */
export function notifyError(error: unknown): void {
  const { title, hint, places } = describeError(error)
  const message = [...places.map(({ path, message }) => `${path}: ${message}`), hint].filter(Boolean).join('\n')
  notifications.show({
    title,
    message,
    color: 'red',
    autoClose: 10_000,
    style: { whiteSpace: 'pre-line' },
    closeButtonProps,
  })
}
