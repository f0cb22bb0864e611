import { Badge } from '@mantine/core'
import type { Method } from './operation'

const colours = { GET: 'blue', POST: 'green', PATCH: 'orange', PUT: 'orange', DELETE: 'red' } as const

export const MethodBadge = ({ method }: { readonly method: Method }) => (
  <Badge color={colours[method]} size="sm" ff="monospace" miw={58}>
    {method}
  </Badge>
)
