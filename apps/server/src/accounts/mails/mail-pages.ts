import { AppError } from '../../lib/index.js'

/** Pages of ours that links of mails lead to. */
export const mailPages = ['verify', 'link', 'reset', 'email', 'invite', 'team-invite'] as const

/** Pages of an app in their place, by name. */
export type AppPages = Partial<Readonly<Record<(typeof mailPages)[number], string>>>

const dangerous = /^(javascript|data|vbscript|file|blob|filesystem|about|view-source|ws|wss|ftp|mailto):$/

/** A page of an app, or a link into a native one: `com.example.app://reset`. @throws validation_failed, naming `path` */
export function requirePageUrl(text: string, path: string): void {
  const url = URL.parse(text)
  if (url !== null && !dangerous.test(url.protocol) && url.username === '' && url.password === '' && url.hash === '')
    return
  const message = `${path} must be a whole URL, such as https://app.example.com/reset`
  throw new AppError('validation_failed', message, { errors: [{ path, code: 'invalid_value', message }] })
}

/** The link to a page of ours, or with the same query to the page an app has in its place. */
export function toAppPage(link: string, publicUrl: string, pages: AppPages): string {
  const page = mailPages.find((name) => link.startsWith(`${publicUrl}/auth/ui/${name}?`))
  const own = page && pages[page]
  if (own === undefined) return link
  const url = new URL(own)
  for (const [name, value] of new URL(link).searchParams) url.searchParams.set(name, value)
  return url.href
}
