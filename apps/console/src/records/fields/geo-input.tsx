import type { Json } from '@holdfast/contract'
import { Group, Input, Skeleton, Stack, TextInput } from '@mantine/core'
import { lazy, Suspense, useId, useState } from 'react'
import { type FieldContent, nothing, type TypeInputProps } from './input-props'

const GeoMap = lazy(() => import('./geo-map'))

interface Degrees {
  readonly lat: string
  readonly lon: string
}

const degreesOf = (value: FieldContent): Degrees => {
  const { lat, lon } = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as {
    [key: string]: Json | undefined
  }
  return { lat: lat === undefined ? '' : String(lat), lon: lon === undefined ? '' : String(lon) }
}

/** Latitude and longitude to type, and a map of the world to point at. */
export function GeoInput(props: TypeInputProps) {
  const { value, onChange, shown, name, compact } = props
  const id = useId()
  const [draft, setDraft] = useState(() => ({ ...degreesOf(value), value, problem: '' }))
  if (draft.value !== value) setDraft({ ...degreesOf(value), value, problem: '' })
  const change = (degrees: Degrees) => {
    const read = readDegrees(degrees)
    const next = read === undefined ? nothing(props) : read
    if (typeof next === 'string') {
      setDraft({ ...degrees, value, problem: next })
      onChange(value, next)
    } else {
      setDraft({ ...degrees, value: next, problem: '' })
      onChange(next)
    }
  }
  const part = (key: keyof Degrees, label: string) => (
    <TextInput
      flex={1}
      size={shown.size}
      aria-label={`${name} ${label.toLowerCase()}`}
      leftSection={compact ? undefined : <span style={{ fontSize: 12 }}>{key}</span>}
      inputMode="decimal"
      autoComplete="off"
      placeholder={value === null ? 'null' : label}
      value={draft[key]}
      autoFocus={shown.autoFocus && key === 'lat'}
      onChange={(event) => change({ ...draft, [key]: event.currentTarget.value })}
    />
  )
  const { autoFocus: _, 'data-autofocus': __, 'aria-label': ariaLabel, ...wrapper } = shown
  const point = typeof value === 'object' && value !== null ? (value as { lat: number; lon: number }) : undefined
  return (
    <Input.Wrapper
      {...wrapper}
      label={shown.label && <span id={id}>{shown.label}</span>}
      labelElement="div"
      error={draft.problem || shown.error}
    >
      <Stack gap={6} role="group" {...(ariaLabel ? { 'aria-label': ariaLabel } : { 'aria-labelledby': id })}>
        <Group gap={6} wrap="nowrap">
          {part('lat', 'Latitude')}
          {part('lon', 'Longitude')}
        </Group>
        {!compact && (
          <Suspense fallback={<Skeleton height={240} />}>
            <GeoMap
              point={point}
              label={`Map for ${name}`}
              onChange={(lat, lon) => change({ lat: String(lat), lon: String(lon) })}
            />
          </Suspense>
        )}
      </Stack>
    </Input.Wrapper>
  )
}

/** A point, why it is none yet, or undefined where nothing is typed. */
function readDegrees({ lat, lon }: Degrees): { lat: number; lon: number } | string | undefined {
  if (lat.trim() === '' && lon.trim() === '') return undefined
  if (lat.trim() === '' || lon.trim() === '') return 'Give latitude and longitude'
  const point = { lat: Number(lat), lon: Number(lon) }
  if (!(Math.abs(point.lat) <= 90)) return 'Latitude is a number from -90 to 90'
  return Math.abs(point.lon) <= 180 ? point : 'Longitude is a number from -180 to 180'
}
