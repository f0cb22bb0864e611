/**
 * Up to where somebody has read the log. Changes are read in rounds: a round is what one snapshot of PostgreSQL sees and the
 * one before it did not, by position.
 *
 * The position alone is no order: a transaction may commit long after it took one. The transaction id is none either: one
 * that began first may change a record last. Snapshots are: whoever changes a record after another waited until that one
 * was seen by all, so a snapshot that sees the second sees the first; and within a round positions rise with each record,
 * whose row was locked when they were taken. See docs/decisions/0018.
 */
export interface ChangeCursor {
  /** Which life of the database it is from: restored ones begin another. */
  readonly origin: number
  /** What has been read. */
  readonly since: Horizon
  /** How far the round after it has been read; undefined between two rounds. */
  readonly round?: OpenRound
}

/** A snapshot: which transactions have ended, and where the changes of the others can be. */
export interface Horizon {
  /** No transaction from this one on had ended. */
  readonly xmax: number
  /** They have no position up to this one. */
  readonly floor: number
  /** Those before it that had not ended either, each with a position up to which it has none. */
  readonly running: readonly (readonly [tx: number, floor: number])[]
}

export interface OpenRound {
  /** What the round ends with. */
  readonly until: Horizon
  /** Read up to here. */
  readonly position: number
  /** No position of the round is above this one. */
  readonly end: number
}

/** Had who stands here read the change of a transaction at a position? */
export function hasRead({ since, round }: ChangeCursor, { tx, position }: { tx: number; position: number }): boolean {
  const sees = ({ xmax, running }: Horizon): boolean => tx < xmax && !running.some(([other]) => other === tx)
  return sees(since) || (round !== undefined && position <= round.position && sees(round.until))
}

/** What a snapshot of PostgreSQL sees: transactions that had ended before it. */
export interface Sight {
  readonly xmax: number
  readonly running: readonly number[]
}

export const isSeen = ({ xmax, running }: Sight, { tx }: { tx: number }): boolean => tx < xmax && !running.includes(tx)

/** Between two rounds: had who stands here read all that a snapshot sees? */
export const covers = ({ since, round }: ChangeCursor, { xmax, running }: Sight): boolean =>
  round === undefined && since.xmax >= xmax && since.running.every(([tx]) => tx >= xmax || running.includes(tx))

/** Everything a cursor has read, and all of the round it is in. */
export const sightOf = ({ since, round }: ChangeCursor): Sight => {
  const { xmax, running } = round?.until ?? since
  return { xmax, running: running.map(([tx]) => tx) }
}

/** Everything after this position is still needed by who goes on here: what `change_consumers` is told. */
export function neededFrom({ since, round }: ChangeCursor): number {
  const { floor, running } = round?.until ?? since
  return Math.min(round?.position ?? floor, floor, ...running.map(([, runningFloor]) => runningFloor))
}

/** Short, for sealing: most numbers are near to the one before. */
export function writeCursor({ origin, since, round }: ChangeCursor): string {
  const parts = [[origin], horizonParts(since, [0, 0])]
  if (round)
    parts.push(horizonParts(round.until, [since.xmax, since.floor]), [
      round.position - since.floor,
      round.end - since.floor,
    ])
  return parts.map((part) => part.map((number) => number.toString(36)).join('.')).join('~')
}

const horizonParts = ({ xmax, floor, running }: Horizon, [baseTx, baseFloor]: readonly [number, number]): number[] => [
  xmax - baseTx,
  floor - baseFloor,
  ...running.flatMap(([tx, runningFloor]) => [xmax - tx, floor - runningFloor]),
]

/** Undefined for what {@link writeCursor} never wrote. */
export function readCursor(text: string): ChangeCursor | undefined {
  const parts = text.split('~').map((part) => part.split('.').map((number) => Number.parseInt(number, 36)))
  if (parts.flat().some((number) => !Number.isSafeInteger(number))) return undefined
  const [origin, since, until, place] = parts
  if (origin?.length !== 1 || !isHorizon(since) || (parts.length !== 2 && parts.length !== 4)) return undefined
  const read = toHorizon(since, [0, 0])
  if (parts.length === 2) return { origin: origin[0]!, since: read }
  if (!isHorizon(until) || place?.length !== 2) return undefined
  const round = {
    until: toHorizon(until, [read.xmax, read.floor]),
    position: place[0]! + read.floor,
    end: place[1]! + read.floor,
  }
  return { origin: origin[0]!, since: read, round }
}

const isHorizon = (numbers: readonly number[] | undefined): numbers is readonly number[] =>
  numbers !== undefined && numbers.length >= 2 && numbers.length % 2 === 0

function toHorizon(numbers: readonly number[], [baseTx, baseFloor]: readonly [number, number]): Horizon {
  const [xmax, floor] = [numbers[0]! + baseTx, numbers[1]! + baseFloor]
  const running = Array.from({ length: numbers.length / 2 - 1 }, (_, at): [number, number] => [
    xmax - numbers[at * 2 + 2]!,
    floor - numbers[at * 2 + 3]!,
  ])
  return { xmax, floor, running }
}
