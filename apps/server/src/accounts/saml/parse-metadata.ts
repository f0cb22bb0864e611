import { createRequire } from 'node:module'
import type { Element } from '@xmldom/xmldom'
import { invalidAt } from '../../lib/index.js'

/** What an identity provider says of itself. */
export interface IdpDescription {
  readonly idpIssuer: string
  /** Where browsers are sent to. */
  readonly entryPoint: string
  /** PEM without its frame. */
  readonly idpCerts: readonly string[]
}

type Xmldom = typeof import('@xmldom/xmldom')

const metadataNamespace = 'urn:oasis:names:tc:SAML:2.0:metadata'
const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#'
const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** A document type could define entities, and those could read files or grow without end: none is looked at. */
export const hasDocumentType = (xml: string): boolean => /<!(?!--|\[CDATA\[)/.test(xml)

/** @throws invalid_value, naming the path */
export function parseMetadata(xml: string, path: string): IdpDescription {
  const invalid = (fault: string) => invalidAt('invalid_value', path, `The metadata ${fault}`)
  if (hasDocumentType(xml)) throw invalid('must not have a document type')
  const entity = parseEntity(xml)
  if (entity === undefined) throw invalid('describes no single entity (EntityDescriptor)')
  const [idp, ...more] = elements(entity, metadataNamespace, 'IDPSSODescriptor')
  if (idp === undefined || more.length > 0) throw invalid('describes no identity provider, or several')
  const entryPoint = elements(idp, metadataNamespace, 'SingleSignOnService')
    .find((service) => service.getAttribute('Binding') === redirectBinding)
    ?.getAttribute('Location')
  if (!entryPoint || !/^https?:/.test(URL.parse(entryPoint)?.protocol ?? ''))
    throw invalid('names no place to sign in by HTTP-Redirect')
  const idpCerts = elements(idp, metadataNamespace, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => elements(key, signatureNamespace, 'X509Certificate'))
    .map((certificate) => (certificate.textContent ?? '').replaceAll(/\s/g, ''))
    .filter((certificate) => certificate !== '')
  if (idpCerts.length === 0) throw invalid('holds no certificate that signs')
  return { idpIssuer: entity.getAttribute('entityID')!, entryPoint, idpCerts }
}

function parseEntity(xml: string): Element | undefined {
  // Loaded when there is metadata: most servers never see any.
  const { DOMParser, onErrorStopParsing } = createRequire(import.meta.url)('@xmldom/xmldom') as Xmldom
  try {
    const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, 'text/xml').documentElement
    const fits = root?.localName === 'EntityDescriptor' && root.namespaceURI === metadataNamespace
    return root && fits && root.getAttribute('entityID') ? root : undefined
  } catch {
    return undefined
  }
}

const elements = (parent: Element, namespace: string, name: string): Element[] => [
  ...parent.getElementsByTagNameNS(namespace, name),
]
