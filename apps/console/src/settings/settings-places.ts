/** Where a section of settings stands, and what it is called. One that is not named here stands under Other. */
export interface SectionPlace {
  readonly section: string
  readonly title: string
  /** Its page, where that is more than a form. */
  readonly to?: string
}

interface PlaceGroup {
  readonly title: string
  /** Pages that are no section. */
  readonly pages?: readonly { readonly to: string; readonly title: string }[]
  readonly sections: readonly SectionPlace[]
}

export const placeGroups: readonly PlaceGroup[] = [
  {
    title: 'Mail',
    pages: [{ to: '/settings/mail-texts', title: 'Texts of mails' }],
    sections: [
      { section: 'mail', title: 'Mail server' },
      { section: 'auth.mails', title: 'Look of mails' },
    ],
  },
  {
    title: 'Sign-in',
    pages: [{ to: '/settings/oidc-clients', title: 'OpenID clients' }],
    sections: [
      { section: 'auth.signUp', title: 'Sign-up' },
      { section: 'auth.passwords', title: 'Passwords' },
      { section: 'auth.email', title: 'E-mail' },
      { section: 'auth.passkeys', title: 'Passkeys' },
      { section: 'auth.mfa', title: 'Second factors' },
      { section: 'auth.phone', title: 'Phone' },
      { section: 'auth.anonymous', title: 'Anonymous users' },
      { section: 'auth.providers', title: 'Providers', to: '/settings/providers' },
      { section: 'auth.saml', title: 'SAML' },
      { section: 'auth.ldap', title: 'LDAP' },
      { section: 'auth.redirects', title: 'Redirects' },
      { section: 'auth.ui', title: 'Hosted pages' },
    ],
  },
  {
    title: 'Protection',
    pages: [{ to: '/settings/signing-keys', title: 'Signing keys' }],
    sections: [
      { section: 'auth.stepUp', title: 'Fresh proofs' },
      { section: 'auth.botCheck', title: 'Bot check' },
      { section: 'auth.impersonation', title: 'Impersonation' },
      { section: 'auth.hooks', title: 'Hooks' },
    ],
  },
  {
    title: 'Logs',
    sections: [
      { section: 'observe.requests', title: 'Request log' },
      { section: 'observe.audit', title: 'Audit log' },
    ],
  },
]

const all = placeGroups.flatMap(({ sections }) => sections)

export const titleOf = (section: string): string =>
  all.find((place) => place.section === section)?.title ?? section.replace(/^\w/, (letter) => letter.toUpperCase())

/** Sections whose form stands on a page with more than that. */
const onOtherPages: ReadonlySet<string> = new Set(['backups'])

/** Sections of the server that no group names. */
export const otherSections = (names: readonly string[]): SectionPlace[] =>
  names
    .filter((name) => !onOtherPages.has(name) && !all.some(({ section }) => section === name))
    .map((section) => ({ section, title: titleOf(section) }))
