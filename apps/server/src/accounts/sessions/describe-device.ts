import type { DeviceKind, SessionDevice } from '@holdfast/contract'

/** Programs that are no browsers, by how they name themselves. */
const app = /^(okhttp|dart|cfnetwork|expo|reactnative|node|undici|axios|python|go-http|java|curl|postman)|cfnetwork\//i
const bot = /bot\b|crawler|spider|headless/i

/** What a session was opened on, for its user to recognise it. The user agent may say anything: it proves nothing. */
export async function describeDevice(userAgent: string | null): Promise<SessionDevice> {
  if (userAgent === null || userAgent.trim() === '') return { name: 'Unknown device', kind: 'unknown' }
  const { default: bowser } = await import('bowser')
  const { browser, os, platform } = bowser.parse(userAgent)
  const kind = kindOf(userAgent, platform.type)
  const program = kind === 'app' ? userAgent.split(/[\s/(]/, 1)[0] : browser.name
  const name = [program, os.name].filter((part) => part !== undefined && part !== '').join(' on ')
  return { name: name === '' ? 'Unknown device' : name, kind }
}

function kindOf(userAgent: string, type: string | undefined): DeviceKind {
  if (bot.test(userAgent)) return 'bot'
  if (app.test(userAgent)) return 'app'
  switch (type) {
    case 'desktop':
    case 'tablet':
    case 'bot':
      return type
    case 'mobile':
      return 'phone'
    default:
      return 'unknown'
  }
}
