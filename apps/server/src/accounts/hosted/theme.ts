import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { type Settings, type SettingsSchema, SettingsStore } from '../../platform/settings/index.js'
import { pageStyle, type Scheme } from './page-style.js'

const names = ['page', 'card', 'text', 'soft', 'line', 'accent', 'onAccent', 'error', 'code'] as const
type Colours = { readonly [name in (typeof names)[number]]?: string }

/** How the pages look, as admins set it. */
export interface UiSettings {
  readonly appName: string
  readonly logoUrl: string
  readonly language: 'en' | 'de'
  readonly scheme: Scheme
  readonly radius: number
  readonly font: string
  readonly light: Colours
  readonly dark: Colours
}

const colour: SettingsSchema = { type: 'string', pattern: '^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$' }
const colours = (description: string): SettingsSchema => ({
  type: 'object',
  description,
  additionalProperties: false,
  properties: Object.fromEntries(names.map((name) => [name, colour])),
})

const schema: SettingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    appName: { type: 'string', minLength: 1, maxLength: 60 },
    logoUrl: {
      type: 'string',
      description: 'An https URL of a picture about as high as wide; empty: a sign of Holdfast',
      maxLength: 500,
      pattern: '^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/%?=&+-]*)?$',
    },
    language: { type: 'string', enum: ['en', 'de'], description: 'Where the browser asks for neither' },
    scheme: { type: 'string', enum: ['auto', 'light', 'dark'] },
    radius: { type: 'integer', minimum: 0, maximum: 24, description: 'Pixels' },
    font: {
      type: 'string',
      maxLength: 200,
      pattern: "^[A-Za-z0-9 ,'-]*$",
      description: 'Names of fonts by their rank',
    },
    light: colours('Colours by day, as #rrggbb'),
    dark: colours('Colours by night'),
  },
}

const defaults: UiSettings = {
  appName: 'Holdfast',
  logoUrl: '',
  language: 'en',
  scheme: 'auto',
  radius: 12,
  font: '',
  light: {},
  dark: {},
}

/** What the pages show of an installation: its name, its sign, its colours. */
@Injectable()
export class Theme {
  private readonly settings: Settings<UiSettings>

  constructor(settings: SettingsStore) {
    const description = 'Looks of the pages at /auth/ui'
    this.settings = settings.define<UiSettings>({ name: 'auth.ui', description, schema, defaults })
  }

  get(): Promise<UiSettings> {
    return this.settings.get()
  }
}

/** The style sheet. Every value has passed the schema: nothing but colours, numbers and names of fonts. */
export function writeStyle({ scheme, radius, font, light, dark }: UiSettings): string {
  const day = `${writeColours(light)}; --radius: ${radius}px${font && `; --font: ${font}, system-ui, sans-serif`}`
  const night = writeColours(dark)
  const rules = {
    auto: `:root { ${day} } @media (prefers-color-scheme: dark) { :root { ${night} } }`,
    light: `:root { color-scheme: light; ${day} }`,
    dark: `:root { color-scheme: dark; ${day}; ${night} }`,
  }
  return `${pageStyle(scheme)}\n${rules[scheme]}\n`
}

const writeColours = (colours: Colours): string =>
  names
    .flatMap((name) => (colours[name] ? [`--${name === 'onAccent' ? 'on-accent' : name}: ${colours[name]}`] : []))
    .join('; ')

/** Changes with the style sheet, so that browsers may keep the one they have. */
export const styleVersion = (settings: UiSettings): string =>
  createHash('sha256').update(writeStyle(settings)).digest('base64url').slice(0, 12)
