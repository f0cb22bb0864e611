/** One way for texts from node to node. */
export interface Carrier {
  /** Whether what is sent now reaches the nodes that listen. */
  readonly up: boolean
  /** Begins to listen; a carrier that is not there yet is tried again until it is. Never throws. */
  start(listener: CarrierListener): Promise<void>
  /** Payloads that cannot be sent are lost. Never throws. */
  send(payloads: readonly string[]): Promise<void>
  stop(): Promise<void>
}

export interface CarrierListener {
  /** This node's own come back, too. */
  received(payload: string): void
  /** It listens (again): what was sent before is lost. */
  reset(): void
}
