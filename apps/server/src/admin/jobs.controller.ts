import { jobStates, type One, type Page } from '@holdfast/contract'
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AnswersAll, AnswersOne, AnswersPage, parseId } from '../accounts/index.js'
import { JobBook } from '../jobs/index.js'
import { Admin } from '../platform/http/index.js'
import { parseJobQuery, toJobPage } from './job-page.js'
import { JobAnswer, JobScheduleAnswer } from './jobs.dto.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/jobs')
export class JobsController {
  constructor(private readonly jobs: JobBook) {}

  @Get()
  @ApiOperation({ summary: 'Work the server does by itself, the newest first' })
  @ApiQuery({ name: 'state', required: false, schema: { type: 'string', enum: [...jobStates] } })
  @ApiQuery({ name: 'name', required: false, schema: { type: 'string' }, description: 'One kind of job' })
  @AnswersPage(JobAnswer)
  async list(@Query() raw: Record<string, unknown>): Promise<Page<JobAnswer>> {
    const query = parseJobQuery(raw)
    return toJobPage(await this.jobs.list({ ...query, limit: query.limit + 1 }), query.limit)
  }

  @Get('schedules')
  @ApiOperation({ summary: 'Jobs that are begun by the clock' })
  @AnswersAll(JobScheduleAnswer)
  async schedules(): Promise<One<JobScheduleAnswer[]>> {
    return { data: await this.jobs.schedules() }
  }

  @Get(':id')
  @ApiOperation({ summary: 'One job' })
  @AnswersOne(JobAnswer)
  async get(@Param('id') id: string): Promise<One<JobAnswer>> {
    return { data: await this.jobs.get(parseId(id)) }
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try a job now that failed, was cancelled or waits' })
  @AnswersOne(JobAnswer)
  async retry(@Param('id') id: string): Promise<One<JobAnswer>> {
    return { data: await this.jobs.retry(parseId(id)) }
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a job that waits or runs' })
  @AnswersOne(JobAnswer)
  async cancel(@Param('id') id: string): Promise<One<JobAnswer>> {
    return { data: await this.jobs.cancel(parseId(id)) }
  }
}
