import { Skeleton, Stack } from '@mantine/core'

/** While the code or the data of a page is on its way. */
export const PagePending = () => (
  <Stack p="xl" gap="md" aria-busy="true" aria-label="Loading">
    <Skeleton height={26} width={220} />
    <Skeleton height={14} width={360} />
    <Skeleton height={240} mt="md" />
  </Stack>
)
