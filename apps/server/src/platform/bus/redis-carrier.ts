import type { Log } from '../log/index.js'
import type { Carrier, CarrierListener } from './carrier.js'
import type { RedisClient, RedisConnection } from './redis-connection.js'

/** By publish and subscribe of Redis. One that is away is tried again for ever; meanwhile nothing is sent. */
export class RedisCarrier implements Carrier {
  private publisher: RedisClient | undefined
  private subscriber: RedisClient | undefined
  private channel = ''
  private listening = false
  private warned = false

  constructor(
    private readonly connection: RedisConnection,
    private readonly log: Log,
  ) {}

  get up(): boolean {
    return this.listening && this.publisher?.isReady === true && this.subscriber?.isReady === true
  }

  async start(listener: CarrierListener): Promise<void> {
    this.channel = await this.connection.nameFor('bus')
    const warn = (error: Error) => this.warn(error)
    this.publisher = await this.connection.open(warn)
    this.subscriber = await this.connection.create(warn, false)
    this.subscriber.on('ready', () => void this.listen(listener))
    this.subscriber.connect().catch(() => {})
  }

  async send(payloads: readonly string[]): Promise<void> {
    if (!this.publisher?.isReady) return
    const { publisher } = this
    await Promise.all(payloads.map((payload) => publisher.publish(this.channel, payload).catch(() => {})))
  }

  async stop(): Promise<void> {
    this.connection.close()
    if (this.subscriber?.isOpen) this.subscriber.destroy()
  }

  /** The client subscribes again by itself; saying so twice is harmless, and tells when it is done. */
  private async listen({ received, reset }: CarrierListener): Promise<void> {
    try {
      await this.subscriber!.subscribe(this.channel, received)
      this.listening = true
      if (this.warned) this.log.info('Redis is back')
      this.warned = false
      reset()
    } catch (error) {
      this.warn(error)
    }
  }

  /** Once per outage, and without the URL, which may hold a password. */
  private warn(error: unknown): void {
    if (this.warned) return
    this.warned = true
    const reason = (error as { code?: string }).code ?? (error as Error).message
    this.log.warn(
      { reason },
      'Redis cannot be reached; meanwhile nodes talk through PostgreSQL and each counts attempts for itself',
    )
  }
}
