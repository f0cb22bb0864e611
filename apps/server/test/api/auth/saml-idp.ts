import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import type { TestServer } from '../../support/index.js'

/** A key and a certificate of an identity provider. */
export interface IdpKey {
  readonly privateKey: string
  readonly certificate: string
}

export function newIdpKey(): IdpKey {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-idp-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=idp.example', '-days', '2', '-nodes', '-newkey', 'rsa:2048']
  execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return { privateKey: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') }
}

export const idpIssuer = 'https://idp.example/saml'
export const entryPoint = 'https://idp.example/sso'

export const bareCertificate = ({ certificate }: IdpKey): string => certificate.replaceAll(/-----[^-]+-----|\s/g, '')

export const metadataOf = (key: IdpKey): string => `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${idpIssuer}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${bareCertificate(key)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${entryPoint}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>`

/** What an identity provider says. Everything can be said otherwise. */
export interface Statement {
  readonly subject?: string
  readonly format?: string
  readonly email?: string
  readonly attributes?: Readonly<Record<string, readonly string[]>>
  readonly issuer?: string
  readonly audience?: string | null
  readonly recipient?: string
  /** Null: not said. */
  readonly inResponseTo?: string | null
  readonly outerInResponseTo?: string
  readonly method?: string
  readonly notBeforeSeconds?: number
  readonly notOnOrAfterSeconds?: number
  readonly status?: string
  readonly assertionId?: string
}

/** A sign-in that was begun: what the browser was sent to the identity provider with. */
export interface Begun {
  readonly requestId: string
  readonly relayState: string
  readonly cookie: string
  readonly callbackUrl: string
  readonly audience: string
  readonly request: string
}

export async function begin(server: TestServer, provider: string, query: Record<string, string> = {}): Promise<Begun> {
  const answer = await server.request('GET', `/api/v1/auth/saml/${provider}`, { query })
  if (answer.status !== 303) throw new Error(`${answer.status} ${answer.text}`)
  const url = new URL(answer.headers.get('location')!)
  const request = inflateRawSync(Buffer.from(url.searchParams.get('SAMLRequest')!, 'base64')).toString()
  const [, requestId] = /\sID="([^"]+)"/.exec(request)!
  const base = `${server.config.publicUrl}/api/v1/auth/saml/${provider}`
  return {
    requestId: requestId!,
    relayState: url.searchParams.get('RelayState')!,
    cookie: answer.headers.get('set-cookie')!.split(';')[0]!,
    callbackUrl: `${base}/callback`,
    audience: `${base}/metadata`,
    request,
  }
}

const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

export function assertion(begun: Begun, said: Statement = {}): string {
  const { subject = 'ada-1', format = persistent, email, attributes = {}, issuer = idpIssuer } = said
  const { audience = begun.audience, recipient = begun.callbackUrl, inResponseTo = begun.requestId } = said
  const {
    notBeforeSeconds = -1,
    notOnOrAfterSeconds = 120,
    assertionId = `_a${Math.random().toString(36).slice(2)}`,
  } = said
  const method = said.method ?? 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
  const all = { ...(email !== undefined && { email: [email] }), ...attributes }
  const statements = Object.entries(all).map(
    ([name, values]) =>
      `<saml:Attribute Name="${escapeXml(name)}">${values.map((value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  )
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${assertionId}" Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${format}">${subject}</saml:NameID><saml:SubjectConfirmation Method="${method}"><saml:SubjectConfirmationData NotOnOrAfter="${at(notOnOrAfterSeconds)}" Recipient="${recipient}"${inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${at(notBeforeSeconds)}" NotOnOrAfter="${at(notOnOrAfterSeconds)}">${audience === null ? '' : `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>`}</saml:Conditions><saml:AuthnStatement AuthnInstant="${at(0)}" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${statements.length > 0 ? `<saml:AttributeStatement>${statements.join('')}</saml:AttributeStatement>` : ''}</saml:Assertion>`
}

export function response(begun: Begun, content: string, said: Statement = {}): string {
  const { status = 'urn:oasis:names:tc:SAML:2.0:status:Success', outerInResponseTo = begun.requestId } = said
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r${Math.random().toString(36).slice(2)}" Version="2.0" IssueInstant="${at(0)}" Destination="${begun.callbackUrl}" InResponseTo="${outerInResponseTo}"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${idpIssuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${content}</samlp:Response>`
}

export interface SignOptions {
  readonly algorithm?: string
  readonly digest?: string
  readonly of?: 'Assertion' | 'Response'
}

/** The document with a signature over its assertion, or over all of it. */
export function sign(xml: string, key: IdpKey, options: SignOptions = {}): string {
  const { of = 'Assertion' } = options
  const signer = new SignedXml({
    privateKey: key.privateKey,
    publicCert: key.certificate,
    signatureAlgorithm: options.algorithm ?? 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  const place = `//*[local-name(.)='${of}']`
  signer.addReference({
    xpath: place,
    digestAlgorithm: options.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  })
  signer.computeSignature(xml, {
    location: { reference: `${place}/*[local-name(.)='Issuer']`, action: 'after' },
    existingPrefixes: {},
  })
  return signer.getSignedXml()
}

/** Sends the answer as the browser does. */
export const deliver = (server: TestServer, provider: string, begun: Begun, xml: string, cookie = begun.cookie) =>
  server.request('POST', `/api/v1/auth/saml/${provider}/callback`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie !== '' && { cookie }) },
    body: new URLSearchParams({
      SAMLResponse: Buffer.from(xml).toString('base64'),
      RelayState: begun.relayState,
    }).toString(),
  })

/** Where the browser was sent at the end. */
export const landing = ({ headers }: { headers: Headers }): URLSearchParams =>
  new URL(headers.get('location') ?? 'none:').searchParams
