/** SQL: the user has set up a second factor that every sign-in asks for. A passkey may be used as one and is never asked for by itself. */
export const hasSecondFactor = (userId: string): string =>
  `exists (select from holdfast.factors f where f.user_id = ${userId} and f.kind = 'totp' and f.confirmed_at is not null)`

/** SQL: the user has a factor to prove, whether or not it is asked for. */
export const hasAnyFactor = (userId: string): string =>
  `exists (select from holdfast.factors f where f.user_id = ${userId} and f.confirmed_at is not null)`

/** SQL: the user has a role that must have a second factor. */
export const mustHaveSecondFactor = (userId: string): string => `exists (
      select from holdfast.user_roles ur join holdfast.roles r on r.name = ur.role where ur.user_id = ${userId} and r.second_factor)`
