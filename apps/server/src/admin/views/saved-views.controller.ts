import type { One, SavedView } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AnswersAll, AnswersOne, parseId } from '../../accounts/index.js'
import type { GuardedRequest } from '../../auth/index.js'
import { Admin } from '../../platform/http/index.js'
import { NewSavedViewRequest, SavedViewChangeRequest, SavedViewDetails } from './saved-views.dto.js'
import { SavedViews } from './saved-views.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/views')
export class SavedViewsController {
  constructor(private readonly views: SavedViews) {}

  @Get()
  @ApiOperation({ summary: 'Saved views of records: shared ones and those of whoever asks, by name' })
  @ApiQuery({ name: 'collection', required: false, schema: { type: 'string', example: 'posts' } })
  @AnswersAll(SavedViewDetails)
  async list(@Req() { principal }: GuardedRequest, @Query('collection') name?: unknown): Promise<One<SavedView[]>> {
    return { data: await this.views.list(principal, typeof name === 'string' ? name : undefined) }
  }

  @Post()
  @ApiOperation({ summary: 'Keep how a grid of records looks under a name' })
  @AnswersOne(SavedViewDetails, 201)
  async create(@Req() { principal }: GuardedRequest, @Body() body: NewSavedViewRequest): Promise<One<SavedView>> {
    return { data: await this.views.create(principal, body) }
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a saved view' })
  @AnswersOne(SavedViewDetails)
  async change(
    @Req() { principal }: GuardedRequest,
    @Param('id') id: string,
    @Body() body: SavedViewChangeRequest,
  ): Promise<One<SavedView>> {
    return { data: await this.views.change(principal, parseId(id), body) }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a saved view; no record is touched' })
  @ApiNoContentResponse()
  async delete(@Req() { principal }: GuardedRequest, @Param('id') id: string): Promise<void> {
    await this.views.delete(principal, parseId(id))
  }
}
