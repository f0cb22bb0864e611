import { expect, it } from 'vitest'
import { Places } from './places.js'

it('lets in as many as there are places, and then in order', async () => {
  const places = new Places(1, 1000)
  const order: string[] = []
  expect(places.tryTake()).toBe(true)
  expect(places.tryTake()).toBe(false)
  const waiting = ['a', 'b'].map((name) => places.take().then(() => order.push(name)))
  places.giveBack()
  await waiting[0]
  expect(order).toEqual(['a'])
  places.giveBack()
  await waiting[1]
  expect(order).toEqual(['a', 'b'])
  places.giveBack()
  expect(places.tryTake()).toBe(true)
})

it('sends away who waited too long or is gone, and keeps the place for the next', async () => {
  const places = new Places(1, 0)
  places.tryTake()
  const late = expect(places.take()).rejects.toMatchObject({ code: 'unavailable', status: 503 })
  places.sweep()
  await late
  const patient = new Places(1, 60_000)
  patient.tryTake()
  const gone = expect(patient.take({ socket: { destroyed: true } })).rejects.toMatchObject({ code: 'request_timeout' })
  const next = patient.take({ socket: { destroyed: false } })
  patient.sweep()
  await gone
  patient.giveBack()
  await next
})
