import { ActionIcon, Box, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import classes from './code.module.css'

interface CodeProps {
  readonly code: string
  /** What it is, for those who cannot see it. */
  readonly label?: string
  readonly maxHeight?: number
}

/** Text to read and to copy: commands, JSON, SQL. */
export const Code = ({ code, label = 'Code', maxHeight }: CodeProps) => (
  <Box className={classes.frame}>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
    <section className={classes.scroll} style={{ maxHeight }} tabIndex={0} aria-label={label}>
      <pre className={classes.code}>{code}</pre>
    </section>
    <Copy text={code} className={classes.copy} />
  </Box>
)

/** A button that copies a text. */
export const Copy = ({ text, className }: { readonly text: string; readonly className?: string }) => (
  <CopyButton value={text}>
    {({ copied, copy }) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={copy}
        aria-label={copied ? 'Copied' : 'Copy'}
        title={copied ? 'Copied' : 'Copy'}
        {...(className && { className })}
      >
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    )}
  </CopyButton>
)
