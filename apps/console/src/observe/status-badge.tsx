import { Badge } from '@mantine/core'

/** A status of HTTP: its number, and by colour whether it went well. */
export const StatusBadge = ({ status }: { readonly status: number }) => <Badge color={colorOf(status)}>{status}</Badge>

function colorOf(status: number): string {
  if (status >= 500) return 'red'
  if (status >= 400) return 'yellow'
  return status >= 300 ? 'gray' : 'teal'
}
