import { Injectable } from '@nestjs/common'
import { Strategy } from 'passport-local'
import { Database } from '../../platform/db/index.js'
import { parseEmail } from '../account/parse-email.js'
import { type Credential, findCredential } from '../passwords/credentials.js'
import { normalizePassword } from '../passwords/parse-password.js'
import { PasswordHasher } from '../passwords/password-hasher.js'

/** Signs in by e-mail and password. */
@Injectable()
export class PasswordProvider {
  readonly strategy = new Strategy({ usernameField: 'email' }, (email, password, done) => {
    this.verify(email, password).then((proven) => done(null, proven ?? false), done)
  })

  constructor(
    private readonly db: Database,
    private readonly hasher: PasswordHasher,
  ) {}

  /** The credential that e-mail and password prove. Takes as long for an account that does not exist. */
  private async verify(text: string, password: string): Promise<Credential | undefined> {
    const email = parseEmail(text)
    const credential = email === undefined ? undefined : await findCredential(this.db, email)
    const matches = await this.hasher.verify(credential?.passwordHash, normalizePassword(password))
    return matches ? credential : undefined
  }
}
