import { Injectable } from '@nestjs/common'
import { RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../../lib/index.js'
import { type Budget, type Counter, Counters } from './counters.js'
import { networkOf } from './network-of.js'

const minute = 60
const hour = 60 * minute

const failuresPerAddress = { points: 100, duration: 15 * minute }
const failuresPerAccount = { points: 10, duration: 15 * minute }
/** How often an account was locked from one network. */
const locksPerAccount = { points: 1, duration: 24 * hour }
/**
 * How often something may be asked for from one network, and for one account, address or number. What is asked for costs
 * somebody something: a mail, a message, a try to guess.
 */
const budgets = {
  signUp: { perNetwork: { points: 300, duration: hour } },
  refresh: { perNetwork: { points: 3000, duration: 15 * minute } },
  /** Mails and messages that somebody who is not signed in makes us send. Whoever asks for mails to others uses up their own few. */
  message: {
    perNetwork: { points: 100, duration: hour },
    perPair: { points: 5, duration: hour },
    perTarget: { points: 30, duration: hour },
  },
  /** Messages to phones, which cost more than mails. */
  phone: { perNetwork: { points: 20, duration: hour }, perTarget: { points: 5, duration: hour } },
  /** All that is known of somebody, read at once. */
  export: { perNetwork: { points: 60, duration: hour }, perTarget: { points: 10, duration: hour } },
  /** Codes and tokens that are tried. */
  secret: { perNetwork: { points: 100, duration: 15 * minute } },
  /** Estimates of how strong a password is. */
  strength: { perNetwork: { points: 600, duration: 15 * minute } },
  /** Codes of second factors. Those of one account are counted in the database, from wherever they come. */
  factor: { perNetwork: { points: 300, duration: 15 * minute } },
  /** Steps of a sign-in by another provider or a passkey. */
  ceremony: { perNetwork: { points: 600, duration: 15 * minute } },
  /** Servers of apps that redeem codes and ask for tokens, often many people behind one address. */
  oidc: { perNetwork: { points: 6000, duration: 15 * minute } },
} satisfies Record<string, Budgets>

interface Budgets {
  readonly perNetwork: Budget
  /** Of one network for one target. */
  readonly perPair?: Budget
  readonly perTarget?: Budget
}

/** The first lock of an account and network takes a minute, each further one within a day twice as long. */
const lockSeconds = (locks: number): number => Math.min(hour, minute * 2 ** (locks - 1))

/**
 * How often something may be tried. Counted by the network of the caller and, where a password is tried, by account *and*
 * network: nobody can lock an account for its owner from somewhere else.
 */
@Injectable()
export class AttemptLimits {
  constructor(private readonly counters: Counters) {}

  /**
   * Runs an attempt to prove a password; undefined from it means that the password was wrong. It counts as wrong until it
   * has proven otherwise, so a thousand attempts at once are no more than a thousand in a row.
   * @throws rate_limited
   */
  async tryPassword<Proven>(
    account: string,
    address: string,
    attempt: () => Promise<Proven | undefined>,
  ): Promise<Proven | undefined> {
    const giveBack = await this.takePassword(account, networkOf(address))
    let wrong = false
    try {
      const proven = await attempt()
      wrong = proven === undefined
      return proven
    } finally {
      if (!wrong) await giveBack()
    }
  }

  /**
   * Counts one use of something, by the network of the caller and by what it is about, as `parseEmail` and the like write it.
   * @throws rate_limited
   */
  async count(what: keyof typeof budgets, address: string, target?: string): Promise<void> {
    const { perNetwork, perPair, perTarget }: Budgets = budgets[what]
    const network = networkOf(address)
    await this.take(`${what} network`, perNetwork, network)
    if (target === undefined) return
    await this.take(`${what} pair`, perPair, `${target} ${network}`)
    await this.take(`${what} target`, perTarget, target)
  }

  private async take(name: string, budget: Budget | undefined, key: string): Promise<void> {
    if (budget) await consume(await this.counters.find(name, budget), key)
  }

  private async takePassword(account: string, network: string): Promise<() => Promise<unknown>> {
    const [byAddress, byAccount] = await Promise.all([
      this.counters.find('password address', failuresPerAddress),
      this.counters.find('password account', failuresPerAccount),
    ])
    const key = `${account} ${network}`
    await consume(byAddress, network)
    try {
      await consume(byAccount, key, () => this.lock(byAccount, key))
    } catch (error) {
      await giveBack(byAddress, network)
      throw error
    }
    return () => Promise.all([giveBack(byAddress, network), giveBack(byAccount, key)])
  }

  private async lock(byAccount: Counter, key: string): Promise<RateLimiterRes> {
    const locks = await this.counters.find('password locks', locksPerAccount)
    const { consumedPoints } = await locks.limiter.penalty(locks.keyOf(key))
    return byAccount.limiter.block(byAccount.keyOf(key), lockSeconds(consumedPoints))
  }
}

const giveBack = ({ limiter, keyOf }: Counter, key: string): Promise<unknown> => limiter.reward(keyOf(key))

/** Takes a point. `onExceeded` runs for the first who finds none left. */
async function consume(
  { limiter, keyOf }: Counter,
  key: string,
  onExceeded?: () => Promise<RateLimiterRes>,
): Promise<void> {
  try {
    await limiter.consume(keyOf(key))
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    const isFirst = refusal.consumedPoints === limiter.points + 1
    throw rateLimited(isFirst && onExceeded ? await onExceeded() : refusal)
  }
}

const rateLimited = ({ msBeforeNext }: RateLimiterRes): AppError => {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
  return new AppError('rate_limited', 'Too many attempts', {
    hint: `Try again in ${seconds} seconds`,
    headers: { 'Retry-After': String(seconds) },
  })
}
