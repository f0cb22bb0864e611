import { Injectable } from '@nestjs/common'

/** Lines for the person who started the server, printed once it listens: where it is and what to do next. */
@Injectable()
export class StartupNotices {
  private readonly lines: string[] = []

  add(line: string): void {
    this.lines.push(line)
  }

  list(): readonly string[] {
    return this.lines
  }
}
