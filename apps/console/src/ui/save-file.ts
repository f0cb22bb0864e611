/** Hands a text, or what was collected, to the browser as a file to keep. */
export function saveFile(name: string, content: string | Blob, type = ''): void {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser needs it until it has begun to read.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
