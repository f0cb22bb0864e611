import { Controller, Get } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { SignedIn } from '../../platform/http/index.js'
import { AnswersUser, SignInAnswer } from '../sign-in/sign-in-answer.js'

@ApiTags('Auth')
@SignedIn()
@Controller('auth')
export class MeController {
  constructor(private readonly answer: SignInAnswer) {}

  @Get('me')
  @ApiOperation({ summary: 'The signed-in user' })
  @AnswersUser()
  me(@Caller() user: UserPrincipal): Promise<string> {
    return this.answer.ofUser(user)
  }
}
