/** Numbers as people read them; `–` where there is none. */

export const formatMs = (ms: number | null): string => {
  if (ms === null) return '–'
  if (ms === 0) return '0 ms'
  if (ms < 10) return `${ms.toFixed(1)} ms`
  return ms < 10_000 ? `${Math.round(ms).toLocaleString('en')} ms` : `${(ms / 1000).toFixed(1)} s`
}

const units = ['B', 'KB', 'MB', 'GB', 'TB']

export const formatBytes = (bytes: number | null): string => {
  if (bytes === null) return '–'
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)))
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

export const formatCount = (count: number | null): string =>
  count === null ? '–' : count.toLocaleString('en', { maximumFractionDigits: Math.abs(count) < 10 ? 2 : 0 })
