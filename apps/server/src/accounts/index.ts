/** Accounts: sign-up, sign-in, passwords. */
export { AccountsService } from './accounts.service.js'
export { clientOf } from './client-of.js'
export { type PageQuery, parsePageQuery, toPage } from './page-query.js'
export { parseId } from './parse-id.js'
export { parseNewPassword } from './parse-password.js'
export { parseNewEmail } from './parse-sign-up.js'
export { PasswordHasher } from './password-hasher.js'
export { AnswersTokens, SignInAnswer } from './sign-in-answer.js'
