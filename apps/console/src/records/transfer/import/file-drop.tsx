import '@mantine/dropzone/styles.layer.css'
import { Group, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFileUpload } from '@tabler/icons-react'

/** Where a file of records is dropped, or chosen. */
export const FileDrop = ({ onFile }: { onFile(file: File): void }) => (
  <Dropzone
    onDrop={(files) => files[0] && onFile(files[0])}
    multiple={false}
    inputProps={{ 'aria-label': 'File to import' }}
    aria-label="Choose a file to import"
  >
    <Group justify="center" gap="lg" mih={180} wrap="nowrap" style={{ pointerEvents: 'none' }}>
      <IconFileUpload size={36} stroke={1.4} color="var(--hf-muted)" />
      <Stack gap={2}>
        <Text size="lg" fw={550}>
          Drop a file here, or press to choose one
        </Text>
        <Text c="var(--hf-muted)">CSV, TSV, NDJSON or JSON. It is read in your browser, a piece at a time.</Text>
      </Stack>
    </Group>
  </Dropzone>
)
