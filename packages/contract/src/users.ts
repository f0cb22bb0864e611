/** A user as admins see it in lists. */
export interface AdminUserInfo {
  id: string
  /** Null of those who have none: service accounts, anonymous users, users with a phone. */
  email: string | null
  emailIsProven: boolean
  phone: string | null
  /** Of service accounts. */
  name: string | null
  kind: 'person' | 'anonymous' | 'service'
  disabled: boolean
  roles: string[]
  createdAt: string
  lastSignInAt: string | null
}

export interface AdminUserDetails extends AdminUserInfo {
  locale: string | null
  /** How the user can sign in: `password`, `totp`, `passkey`, and names of providers. */
  methods: string[]
  /** Live sessions. */
  sessions: number
}

/** Body of `POST /admin/users`. */
export interface NewAdminUser {
  email?: string
  password?: string
  roles?: string[]
  /** The address needs no proof. */
  emailIsProven?: boolean
  /** Other fields of the record. */
  profile?: { [field: string]: unknown }
  locale?: string
}

/** Body of `POST /admin/users/{id}/impersonate/link`. */
export interface ImpersonationLinkRequest extends ImpersonationRequest {
  /** The page of the app, which exchanges the code it comes with as after every sign-in by redirect. */
  redirectTo: string
}

/** Good once, for a minute, and while the admin is signed in. */
export interface ImpersonationLink {
  url: string
}

/** Item of `GET /admin/roles/members`: who has a role. */
export interface RoleMembers {
  role: string
  users: number
  apiKeys: number
}

/** Body of `PATCH /admin/users/{id}`. What is left out stays. */
export interface AdminUserChange {
  /** Ends the sessions of the user at once; keys of a service account stop to work. */
  disabled?: boolean
  email?: string
  /** BCP 47, for mails. */
  locale?: string | null
}

/** Body of `POST /admin/users/{id}/impersonate`. */
export interface ImpersonationRequest {
  /** Is kept, and shown to the user. */
  reason: string
}

/** What an admin has sent to a user. */
export const userMailKinds = ['reset', 'verify'] as const
export type UserMailKind = (typeof userMailKinds)[number]

/** Body of `POST /admin/users/invite`. */
export interface NewInvite {
  email: string
  roles?: string[]
}

/** An invitation that waits. Its secret is in the mail and nowhere else. */
export interface Invite {
  id: string
  email: string
  roles: string[]
  createdAt: string
  createdBy: string | null
  expiresAt: string
  /** Where the mail leads. Only in the answer of a server without mail that is known on its own machine alone. */
  link?: string
}
