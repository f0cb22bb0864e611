import { beforeEach, describe, expect, it } from 'vitest'
import { type NodeNote, splitAll } from './node-note.js'
import { OtherNodes, silenceMs } from './other-nodes.js'

const member = (id: string, state = {}) => ({ id, user: null, state })
const change = (kind: 'joined' | 'changed' | 'left', seq: number, id: string, state = {}) =>
  ({ kind, seq, channel: 'lobby', member: member(id, state) }) as const
const beat = (seq: number) => ({ kind: 'beat', seq }) as const

let told: string[]
let asked: string[]
let nodes: OtherNodes

beforeEach(() => {
  told = []
  asked = []
  nodes = new OtherNodes(
    (kind, channel, { id }) => told.push(`${kind} ${channel} ${id}`),
    (node) => asked.push(node),
  )
})

const idsIn = (channel: string) => nodes.membersOf(channel).map(({ id }) => id)
const receiveAll = (notes: readonly NodeNote[], from = 'n') => {
  for (const note of notes) nodes.receive(note as Parameters<OtherNodes['receive']>[0], from)
}

describe('OtherNodes', () => {
  it('follows a node from its first word on', () => {
    receiveAll([change('joined', 1, 'a'), change('joined', 2, 'b'), change('changed', 3, 'a', { x: 1 }), beat(3)])
    expect(told).toEqual(['joined lobby a', 'joined lobby b', 'changed lobby a'])
    receiveAll([change('left', 4, 'a')])
    expect(told.at(-1)).toBe('left lobby a')
    expect(idsIn('lobby')).toEqual(['b'])
    expect(asked).toEqual([])
  })

  it('asks a node it missed something of, and takes its answer for what is', () => {
    receiveAll([change('joined', 1, 'a'), change('joined', 2, 'b')])
    receiveAll([change('joined', 4, 'd')])
    expect(asked).toEqual(['n'])
    expect(idsIn('lobby')).toEqual(['a', 'b'])
    receiveAll(
      splitAll(
        4,
        ['b', 'c', 'd'].map((id) => ['lobby', member(id)]),
      ),
    )
    expect(idsIn('lobby')).toEqual(['b', 'c', 'd'])
    expect(told.slice(2)).toEqual(['left lobby a', 'joined lobby c', 'joined lobby d'])
    receiveAll([change('left', 5, 'd')])
    expect(idsIn('lobby')).toEqual(['b', 'c'])
  })

  it('notices by a beat that the last word was lost', () => {
    receiveAll([change('joined', 1, 'a'), beat(2)])
    expect(asked).toEqual(['n'])
  })

  it('does not ask again at once', () => {
    nodes.receive(beat(5), 'n', 10_000)
    nodes.receive(beat(5), 'n', 10_500)
    expect(asked).toHaveLength(1)
    nodes.receive(beat(5), 'n', 11_001)
    expect(asked).toHaveLength(2)
  })

  it('takes a long answer in parts, and none that lacks one', () => {
    const many = Array.from({ length: 200 }, (_, at) => ['lobby', member(`m${at}`, { text: 'x'.repeat(200) })] as const)
    const parts = splitAll(9, many)
    expect(parts.length).toBeGreaterThan(5)
    for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(7000)
    receiveAll(parts.filter((_, at) => at !== 2))
    expect(idsIn('lobby')).toEqual([])
    receiveAll(parts)
    expect(idsIn('lobby')).toHaveLength(200)
    receiveAll([beat(9)])
    expect(asked).toEqual([])
  })

  it('lets go of a node that says goodbye, or is silent', () => {
    nodes.receive(change('joined', 1, 'a'), 'n', 1000)
    nodes.dropSilent(1000 + silenceMs)
    expect(idsIn('lobby')).toEqual(['a'])
    nodes.dropSilent(1001 + silenceMs)
    expect(told).toEqual(['joined lobby a', 'left lobby a'])
    nodes.receive(change('joined', 2, 'b'), 'n', 20_000)
    expect(asked).toEqual(['n'])
    receiveAll(splitAll(2, [['lobby', member('b')]]))
    receiveAll([{ kind: 'bye' }])
    expect(idsIn('lobby')).toEqual([])
  })

  it('forgives silence when nobody could be heard', () => {
    nodes.receive(change('joined', 1, 'a'), 'n', 1000)
    nodes.excuseSilence(60_000)
    nodes.dropSilent(60_001)
    expect(idsIn('lobby')).toEqual(['a'])
  })

  it('holds the members of two nodes apart', () => {
    receiveAll([change('joined', 1, 'a')])
    receiveAll([change('joined', 1, 'b')], 'o')
    receiveAll([{ kind: 'bye' }])
    expect(idsIn('lobby')).toEqual(['b'])
    expect(nodes.countOf('lobby')).toBe(1)
  })
})
