import type { INestApplication } from '@nestjs/common'

/** The application itself, for what looks at all of its routes: Nest does not inject it. Set before the first request. */
export class AppHost {
  app!: INestApplication
}
