import { CloseButton, Kbd, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type RefObject, useEffect, useState } from 'react'
import classes from './grid.module.css'

interface SearchBoxProps {
  readonly value: string | undefined
  readonly input: RefObject<HTMLInputElement | null>
  onChange(value: string | undefined): void
  /** Leads on to what was found. */
  onLeave(): void
}

const typingMs = 250

/** Words to look for; asks when one stops typing. */
export function SearchBox({ value, input, onChange, onLeave }: SearchBoxProps) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  const tell = useDebouncedCallback((next: string) => onChange(next.trim() === '' ? undefined : next.trim()), typingMs)
  const change = (next: string) => {
    setText(next)
    tell(next)
  }
  return (
    <TextInput
      ref={input}
      className={classes.search!}
      size="xs"
      aria-label="Search"
      placeholder="Search"
      leftSection={<IconSearch size={14} />}
      rightSection={
        text === '' ? (
          <Kbd size="xs">/</Kbd>
        ) : (
          <CloseButton size="xs" aria-label="Clear search" onClick={() => change('')} />
        )
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={({ key }) => {
        if (key === 'Enter') tell.flush()
        if (key === 'Enter' || key === 'ArrowDown') onLeave()
        if (key === 'Escape') {
          if (text !== '') change('')
          else onLeave()
        }
      }}
    />
  )
}
