import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UsageError } from './errors.js'

export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/** Asks on the terminal. The question goes to standard error, so that standard output stays clean. */
export const ask = (question: string): Promise<string> => askThrough(question, process.stderr)

/** Asks without showing what is typed. */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  process.stderr.write(question)
  const answer = await askThrough('', silent)
  process.stderr.write('\n')
  return answer
}

async function askThrough(question: string, output: NodeJS.WritableStream): Promise<string> {
  if (!isInteractive()) throw new UsageError(`There is no terminal to ask on: ${question}`)
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return (await terminal.question(question)).trim()
  } finally {
    terminal.close()
  }
}
