import { SetMetadata } from '@nestjs/common'

/** Who may call a route. A route that declares nothing answers 403 to everyone. */
export type Access = 'public' | 'signedIn' | 'admin'

export const ACCESS = 'holdfast:access'

/** Everyone, signed in or not. Row and field rules still apply to records. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access)

/** Everyone who is signed in. */
export const SignedIn = () => SetMetadata(ACCESS, 'signedIn' satisfies Access)

/** Users with the role `admin`. */
export const Admin = () => SetMetadata(ACCESS, 'admin' satisfies Access)
