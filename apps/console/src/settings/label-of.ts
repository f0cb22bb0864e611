const words: Readonly<Record<string, string>> = {
  url: 'URL',
  id: 'ID',
  dn: 'DN',
  tls: 'TLS',
  xml: 'XML',
  ms: '(ms)',
  idp: 'IdP',
  rp: 'relying party',
  ui: 'UI',
  saml: 'SAML',
  ldap: 'LDAP',
}

/** What people read for a path: `server.maxAgeSeconds` is `Max age seconds`. */
export function labelOf(path: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1)
  const parts = name.split(/(?=[A-Z])/).map((part) => words[part.toLowerCase()] ?? part.toLowerCase())
  const text = parts.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
