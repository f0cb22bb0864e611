import { Controller, Get, Header } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { Public } from '../../platform/http/index.js'
import { pageScript } from './page-script.js'
import { Theme, writeStyle } from './theme.js'

/** The style sheet and the script of the pages. */
@ApiExcludeController()
@Public()
@Controller('auth/ui')
export class AssetsController {
  constructor(private readonly theme: Theme) {}

  @Get('style.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  async style(): Promise<string> {
    return writeStyle(await this.theme.get())
  }

  @Get('script.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  script(): string {
    return pageScript
  }
}
