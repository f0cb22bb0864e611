import { describe, expect, it } from 'vitest'
import { cleanMovie, type RawMovie } from './clean-movies.js'
import { Cleaning, repairMacText } from './cleaning.js'
import { demoCollections } from './collections.js'
import { readDatasets } from './datasets.js'

const datasets = readDatasets()
const recordsOf = (collection: string) => datasets.find((dataset) => dataset.collection === collection)!.records

describe('the datasets', () => {
  it('lose no line of a file', () => {
    const counts = datasets.map(({ collection, records }) => [collection, records.length])
    expect(counts).toEqual([
      ['airports', 3376],
      ['routes', 5366],
      ['flights', 20_000],
      ['movies', 3201],
      ['earthquakes', 1707],
    ])
  })

  it('give each record an id of its own, the same in every run', () => {
    const ids = datasets.flatMap(({ records }) => records.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    expect(readDatasets().flatMap(({ records }) => records.map(({ id }) => id))).toEqual(ids)
    expect(ids.every((id) => /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(String(id)))).toBe(
      true,
    )
  })

  it('relate to airports that exist', () => {
    const airports = new Set(recordsOf('airports').map(({ id }) => id))
    const ends = [...recordsOf('routes'), ...recordsOf('flights')].flatMap(({ origin, destination }) => [
      origin,
      destination,
    ])
    expect(ends.every((id) => airports.has(id))).toBe(true)
  })

  it('fill only fields that are defined', () => {
    for (const { collection, records } of datasets) {
      const fields = demoCollections.find(({ name }) => name === collection)!.fields.map(({ name }) => name)
      expect(['id', ...fields]).toEqual(expect.arrayContaining([...new Set(records.flatMap(Object.keys))]))
    }
  })

  it('report what was cleaned', () => {
    expect(
      datasets.find(({ collection }) => collection === 'movies')!.cleaning.map((line) => line.split(':')[0]),
    ).toEqual([
      '22 release dates in the wrong century',
      '9 titles that came as numbers',
      '18 titles with broken letters',
      '2 titles with doubled spaces',
      '1 title missing, kept without one',
    ])
  })
})

describe('cleanMovie', () => {
  const clean = (raw: Partial<RawMovie>): Record<string, unknown> => cleanMovie({ ...raw } as RawMovie, new Cleaning())

  it('gives films of the future their century back', () => {
    expect(clean({ Title: 'Wings', 'Release Date': 'Aug 12 2027' })).toMatchObject({ releaseDate: '1927-08-12' })
    expect(clean({ Title: 'Restless', 'Release Date': 'Jan 28 2011' })).toMatchObject({ releaseDate: '2011-01-28' })
  })

  it('refuses a date it does not know, rather than to guess', () => {
    expect(() => clean({ Title: 'x', 'Release Date': '1998' })).toThrow('1998 is not a date')
  })
})

describe('repairMacText', () => {
  it.each([
    ['AstÈrix', 'Astérix'],
    ['DÈj‡ Vu', 'Déjà Vu'],
    ['The Naked Gun 2Ω', 'The Naked Gun 2½'],
    ['Alien³', 'Alien³'],
    ['Plain', 'Plain'],
  ])('reads %s as %s', (broken, whole) => expect(repairMacText(broken)).toBe(whole))
})
