import { Text } from '@mantine/core'
import { AnchorLink } from '../../ui/links'
import { useLabels } from '../fields/candidates'

interface PersonProps {
  /** Null: nobody was signed in, or it did not come by the API. */
  readonly id: string | null | undefined
}

/** A user by e-mail address, with a link to the record. */
export function Person({ id }: PersonProps) {
  const { data } = useLabels('users', id ? [id] : [])
  if (!id)
    return (
      <Text span c="var(--hf-muted)">
        nobody signed in
      </Text>
    )
  return (
    <AnchorLink to="/data/$collection/$id" params={{ collection: 'users', id }} inherit>
      <bdi>{data?.get(id) ?? id}</bdi>
    </AnchorLink>
  )
}
