import { SetMetadata } from '@nestjs/common'

/** Who may call a route. A route that declares nothing answers 403 to everyone. */
export type Access = 'public' | 'elsewhere' | 'signedIn' | 'inPerson' | 'admin' | 'adminInPerson'

export const ACCESS = 'holdfast:access'

/** Everyone, signed in or not. Row and field rules still apply to records. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access)

/** Everyone; and what the request shows of itself is not ours to read: another protocol than the API's, with its own tokens. */
export const Elsewhere = () => SetMetadata(ACCESS, 'elsewhere' satisfies Access)

/** Every user: by a session, or by an API key that belongs to them. */
export const SignedIn = () => SetMetadata(ACCESS, 'signedIn' satisfies Access)

/** Users who are here themselves: not by an API key, and no admin who acts as them. For what gives lasting access. */
export const InPerson = () => SetMetadata(ACCESS, 'inPerson' satisfies Access)

/** Users and API keys with the role `admin`, unless the key is limited to something. */
export const Admin = () => SetMetadata(ACCESS, 'admin' satisfies Access)

/** Admins who are here themselves. */
export const AdminInPerson = () => SetMetadata(ACCESS, 'adminInPerson' satisfies Access)

export const VIEWABLE = 'holdfast:viewable'

/** It only reads, and what it reads is records or permissions: admins may call it as somebody else, with `X-View-As`. */
export const Viewable = () => SetMetadata(VIEWABLE, true)

export const ONLY_READS = 'holdfast:onlyReads'

/** Changes nothing, though it is no GET: its question is too long for a URL. The audit log leaves it out. */
export const OnlyReads = () => SetMetadata(ONLY_READS, true)
