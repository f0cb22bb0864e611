import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Every catalogued attack on fields, rows, writes, queries, realtime, outbound requests and accounts has a test that names it, or a reason why not yet. */

const cases = [
  ...[
    'A01',
    'A02',
    'A04',
    'A05',
    'A06',
    'A08',
    'A09',
    'A10',
    'A12',
    'A13',
    'A14',
    'A16',
    'A17',
    'A18',
    'A20',
    'A21',
    'A22',
  ],
  ...[
    'A24',
    'A25',
    'A26',
    'A28',
    'A29',
    'A30',
    'A32',
    'A33',
    'A34',
    'A36',
    'A37',
    'A38',
    'A40',
    'A41',
    'A42',
    'A44',
    'A45',
  ],
  ...['A46', 'A48', 'A49', 'A50', 'A52', 'A53', 'A54', 'A56', 'A57', 'A58'],
  ...['A60', 'A61', 'A62', 'A64', 'A65', 'A66', 'A68', 'A69', 'A70', 'A72', 'A73', 'A74', 'A76', 'A77', 'A78'],
  ...['A80', 'A81', 'A82', 'A84', 'A85', 'A86', 'A88', 'A89', 'A90', 'A92', 'A93', 'A94', 'A96', 'A97'],
  // Realtime.
  ...['A173', 'A174', 'A176', 'A177', 'A178', 'A180', 'A181', 'A182', 'A184'],
  // Webhooks and whatever else goes out.
  ...['A185', 'A186', 'A188', 'A189', 'A190', 'A192', 'A193', 'A194', 'A196'],
  ...['A208', 'A220', 'A221', 'A222', 'A224', 'A225'],
  // Passwords, sessions and tokens.
  ...['A98', 'A100', 'A101', 'A102', 'A104', 'A105', 'A106', 'A108', 'A109', 'A110', 'A112', 'A113', 'A114', 'A116'],
  ...['A117', 'A118'],
  // Other providers, second factors, keys.
  ...['A120', 'A121', 'A122', 'A124', 'A125', 'A126', 'A128', 'A129', 'A130', 'A132', 'A133'],
  ...['A134', 'A136', 'A137', 'A138', 'A140', 'A141', 'A142', 'A144', 'A145', 'A146'],
  ...['A148', 'A149', 'A150', 'A152', 'A153', 'A154', 'A156', 'A157', 'A158'],
  // The console, logs and backups.
  ...['A226', 'A228', 'A229', 'A230', 'A232'],
]

/** What the server cannot do yet cannot be attacked. Whoever adds it takes the line out and writes the test. */
const notYet: Readonly<Record<string, string>> = {
  A36: 'roles do not inherit from each other',
  A41: 'there are no view collections, and statements do not run under database roles of callers',
  A78: 'there is no export',
}

/** Tested beside the code that it is about. */
const elsewhere: Readonly<Record<string, string>> = {
  A89: '../auth/sign-in-abuse.test.ts',
  A108: '../../api/auth/refresh.test.ts',
  A109: '../../api/auth/refresh.test.ts',
  A110: '../../api/auth/refresh.test.ts',
  A68: '../../../src/collections/emit-types.test.ts',
  A69: '../../api/backups/backups.test.ts',
  A229: '../../api/backups/backups.test.ts',
  A230: '../../api/backups/backups.test.ts',
}

/** The test files of a folder, those of its folders included. */
const testsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('catalogue.test.ts'))
    .map((name) => join(folder, name))

it('is answered by a test or a reason, case by case', () => {
  const here = import.meta.dirname
  // A comment that names a case tests nothing.
  const titles = testsIn(join(here, '..'))
    .flatMap(
      (path) => readFileSync(path, 'utf8').match(/\b(?:it|describe)\b[^\n]*(?:\n[^\n]*){0,3}?['"`][^\n]*/g) ?? [],
    )
    .join('\n')
  for (const id of cases) {
    const isTested = new RegExp(`\\b${id}\\b`).test(titles)
    const answers = [isTested, id in notYet, id in elsewhere].filter(Boolean)
    expect([id, answers.length]).toEqual([id, 1])
  }
  for (const path of Object.values(elsewhere)) expect([path, existsSync(join(here, path))]).toEqual([path, true])
})
