const verbs: Readonly<Record<string, string>> = {
  create: 'Created',
  update: 'Changed',
  set: 'Set',
  delete: 'Deleted',
  apply: 'Applied',
  retry: 'Retried',
  cancel: 'Cancelled',
  rotate: 'Rotated',
  resend: 'Sent again',
  impersonate: 'Acted as',
  test: 'Tested',
}

const whole: Readonly<Record<string, string>> = {
  'observe.slow.delete': 'Forgot a slow statement',
  'auth.signIn': 'Signed in',
  'schema.apply': 'Applied a plan to',
  'users.roles.set': 'Set the roles of a user',
  'users.impersonate': 'Acted as a user',
  setup: 'Made the first admin',
  'setup.create': 'Made the first admin',
}

/** `collections.create` → `Created collection`; of what has no words here, the action itself. */
export function describeAction(action: string): string {
  const known = whole[action]
  if (known) return known
  const words = action.split('.')
  const verb = verbs[words.at(-1)!]
  if (!verb) return action
  const things = words.slice(0, -1).map(toText)
  return [verb, ...things.slice(0, -1), one(things.at(-1) ?? '')].join(' ')
}

/** Of many, the one it was done to. */
const one = (things: string): string => (things === 'settings' ? things : things.replace(/s$/, ''))

/** `apiKeys` → `API keys`. */
const toText = (word: string): string =>
  word.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^api /, 'API ')
