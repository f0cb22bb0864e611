import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { parseNewEmail, parseNewPassword } from '../accounts/index.js'
import { AppError } from '../lib/index.js'
import { CONFIG, type Config, StartError } from '../platform/config/index.js'
import { Database } from '../platform/db/index.js'
import { StartupNotices } from '../platform/http/index.js'
import { FirstAdmin } from './first-admin.js'
import { issueSetupToken, setupTokenHours } from './setup-token.js'

/**
 * A server that starts without an admin gets its first one: from the environment when that names one, otherwise by a link
 * for whoever reads what the server prints.
 */
@Injectable()
export class FirstStart implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly notices: StartupNotices,
    private readonly firstAdmin: FirstAdmin,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.firstAdmin.exists()) return
    const { adminEmail, adminPassword } = this.config
    if (adminEmail !== undefined && adminPassword !== undefined) await this.createAdmin(adminEmail, adminPassword)
    else await this.offerLink()
  }

  private async createAdmin(adminEmail: string, adminPassword: string): Promise<void> {
    const email = checkSetting('ADMIN_EMAIL', () => parseNewEmail(adminEmail))
    const password = checkSetting('ADMIN_PASSWORD', () => parseNewPassword(adminPassword, 'password'))
    await this.firstAdmin.create(email, password)
    this.notices.add(`Admin: ${email}, with the password of ADMIN_PASSWORD`)
  }

  private async offerLink(): Promise<void> {
    const token = await issueSetupToken(this.db)
    const link = `${this.config.publicUrl}/console/setup#token=${token}`
    this.notices.add(`Create the first admin (once, within ${setupTokenHours} hours): ${link}`)
  }
}

/** What is wrong with the environment is said in one line, and nothing starts. */
function checkSetting<T>(key: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof AppError) throw new StartError(`${key}: ${error.detail}`)
    throw error
  }
}
