import type { Setting } from './setting.js'
import { settings } from './settings.js'

const all: readonly Setting<unknown>[] = Object.values(settings)

/** The content of `.env.example`. */
export const describeAsEnv = (): string =>
  `${[
    '# Every setting with its default. Copy this file to .env and uncomment what you change: `pnpm start` reads it.',
    '# NAME_FILE=/path reads the value of NAME from a file, such as a Docker secret.',
    ...all.flatMap(({ key, description, defaultText }) => ['', `# ${description}`, `# ${key}=${defaultText}`]),
  ].join('\n')}\n`

/** The table of `docs/configuration.md`. */
export const describeAsTable = (): string =>
  [
    '| key | default | meaning |',
    '|---|---|---|',
    ...all.map(({ key, description, defaultText }) => `| \`${key}\` | ${code(defaultText)} | ${description} |`),
  ].join('\n')

const code = (text: string): string => (text === '' ? '' : `\`${text}\``)
