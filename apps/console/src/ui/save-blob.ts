/** Has the browser keep a file, as if it came from a link. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser needs it until it has begun to read.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
