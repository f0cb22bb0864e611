import type { ErrorItem } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'
import type { ProviderConfig } from '../providers/provider.js'
import { providerKinds } from '../providers/provider-kinds.js'

/** Everyone has them, or nobody may be given them by another server (A132). */
const notGiven: readonly string[] = ['admin', 'public', 'user', 'anonymous']
/** A path of ours has this name. */
const reservedId = 'exchange'

export type StoredProvider = Omit<ProviderConfig, 'enabled'> & { readonly enabled?: boolean }

/**
 * What the schema of the providers cannot say. `isPlainAllowed` tells of a URL whether it may be http.
 * @throws validation_failed
 */
export function checkProviders(
  providers: Readonly<Record<string, StoredProvider>>,
  isPlainAllowed: (url: URL) => boolean,
): void {
  const errors = Object.entries(providers).flatMap(([id, config]) => [
    ...(id === reservedId ? [fault(id, `"${id}" cannot be the id of a provider`)] : []),
    ...findFaults(id, config, isPlainAllowed),
  ])
  if (errors.length > 0) throw new AppError('validation_failed', errors[0]!.message, { errors })
}

function findFaults(id: string, config: StoredProvider, isPlainAllowed: (url: URL) => boolean): ErrorItem[] {
  const { kind, issuer, teamId, keyId, clientSecret, roleMapping } = config
  const { endpoints } = providerKinds.get(kind)!
  const faults: ErrorItem[] = []
  if (kind === 'oidc' && issuer === undefined) faults.push(fault(`${id}.issuer`, 'issuer is required', 'required'))
  if (issuer !== undefined && typeof endpoints === 'object')
    faults.push(fault(`${id}.issuer`, 'There is only one server of this kind: leave the issuer out'))
  if (issuer !== undefined && !isIssuer(issuer, isPlainAllowed))
    faults.push(fault(`${id}.issuer`, 'issuer must be an https URL without query, such as https://id.example.com'))
  if (kind === 'apple')
    for (const [name, value] of Object.entries({ teamId, keyId, clientSecret }))
      if (value === undefined) faults.push(fault(`${id}.${name}`, `${name} is required for Apple`, 'required'))
  if (endpoints !== undefined && clientSecret === undefined)
    faults.push(fault(`${id}.clientSecret`, 'clientSecret is required for this kind', 'required'))
  for (const [claim, role] of Object.entries(roleMapping?.roles ?? {}))
    if (notGiven.includes(role))
      faults.push(fault(`${id}.roleMapping.roles.${claim}`, `The role "${role}" cannot be given by a provider`))
  return faults
}

const fault = (path: string, message: string, code = 'invalid_value'): ErrorItem => ({ path, code, message })

function isIssuer(text: string, isPlainAllowed: (url: URL) => boolean): boolean {
  const url = URL.parse(text)
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isPlainAllowed(url))
}
