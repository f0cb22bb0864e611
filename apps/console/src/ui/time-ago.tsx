import { Text } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { useState } from 'react'

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** `3 min. ago`; up to a minute `just now`. */
export function timeAgo(date: Date, now = Date.now()): string {
  const seconds = (date.getTime() - now) / 1000
  const unit = units.find(([, length]) => Math.abs(seconds) >= length)
  return unit ? relative.format(Math.trunc(seconds / unit[1]), unit[0]) : 'just now'
}

/** The local time, in full. */
export const fullTime = (date: Date): string =>
  date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** A time as people say it, with the exact one behind it. */
export function TimeAgo({ at }: { readonly at: string | null | undefined }) {
  const [now, setNow] = useState(Date.now)
  useInterval(() => setNow(Date.now()), 30_000, { autoInvoke: true })
  if (!at) return <Text span>–</Text>
  const date = new Date(at)
  return (
    <time dateTime={at} title={fullTime(date)}>
      {timeAgo(date, now)}
    </time>
  )
}
