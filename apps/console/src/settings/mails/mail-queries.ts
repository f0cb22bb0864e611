import { queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'

export const mailTextsQuery = queryOptions({
  queryKey: ['mail-texts', 'list'],
  queryFn: ({ signal }) => client.admin.mailTemplates.list({ signal }),
})

export const mailTextQuery = (kind: string, language: string) =>
  queryOptions({
    queryKey: ['mail-texts', 'one', kind, language],
    queryFn: ({ signal }) => client.admin.mailTemplates.get(kind, language, { signal }),
  })

const names: Readonly<Record<string, string>> = {
  verify: 'Verify the address',
  code: 'Sign in by a code',
  link: 'Sign in by a link',
  reset: 'Reset the password',
  emailChange: 'Change the address',
  emailChangeNotice: 'The address is being changed',
  knownSignUp: 'Sign-up of somebody known',
  invite: 'Invitation',
  teamInvite: 'Invitation to a team',
  passwordChanged: 'The password was changed',
  securityNotice: 'Security notice',
}

export const mailName = (kind: string): string => names[kind] ?? kind
