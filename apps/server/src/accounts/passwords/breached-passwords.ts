import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Log } from '../../platform/log/index.js'
import { OutboundHttp } from '../../platform/outbound/index.js'

const prefixLength = 5
const timeoutMs = 3000
/** The lists have up to two thousand lines of forty bytes. */
const maxResponseBytes = 256 * 1024

/**
 * Asks whether a password is in known leaks, by k-anonymity: the service gets the first five of forty hexadecimal digits of
 * its hash, and answers all that begin so, padded so that the length of the answer tells nothing either.
 */
@Injectable()
export class BreachedPasswords {
  constructor(
    private readonly outbound: OutboundHttp,
    private readonly log: Log,
  ) {}

  /** Undefined when the service did not answer: that keeps nobody from anything. `url` ends before the five digits. */
  async has(password: string, url: string): Promise<boolean | undefined> {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
    const answer = await this.outbound.send({
      method: 'GET',
      url: url + hash.slice(0, prefixLength),
      headers: { 'Add-Padding': 'true' },
      timeoutMs,
      maxResponseBytes,
    })
    if (!answer.ok || answer.status !== 200) {
      this.log.warn({ reason: answer.ok ? answer.status : answer.failure }, 'passwords could not be looked up in leaks')
      return undefined
    }
    return isListed(answer.body, hash.slice(prefixLength))
  }
}

/** Lines are `SUFFIX:COUNT`; those that only pad have a count of 0. */
export const isListed = (body: string, suffix: string): boolean =>
  body.split('\n').some((line) => {
    const [listed, count] = line.trim().split(':')
    return listed?.toUpperCase() === suffix && Number(count) > 0
  })
