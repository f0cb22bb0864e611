import { type JobInfo, type JobSchedule, type JobState, jobStates } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'

export class JobAnswer implements JobInfo {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ example: 'webhook.deliver' })
  name!: string

  @ApiProperty({
    enum: jobStates,
    description: '`retrying` waits to be tried again; `failed` has used up its attempts and is kept with its error',
  })
  state!: JobState

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'What the job was given, without its secrets; null where this node does not know the kind of job',
  })
  data!: { [key: string]: unknown } | null

  @ApiProperty({ type: 'integer', description: 'How often it was begun' })
  attempts!: number

  @ApiProperty({
    type: 'integer',
    description: 'How often it may be begun. An attempt that ended with its process adds one, and so does trying again',
  })
  maxAttempts!: number

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When the last attempt began' })
  startedAt!: string | null

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  completedAt!: string | null

  @ApiProperty({ format: 'date-time', description: 'When it is due, or was' })
  runAt!: string

  @ApiProperty({ type: 'string', nullable: true, description: 'Why the last attempt failed' })
  error!: string | null
}

export class JobScheduleAnswer implements JobSchedule {
  @ApiProperty({ example: 'sessions.dropEnded' })
  name!: string

  @ApiProperty({ example: '7 * * * *', description: 'Minute, hour, day of the month, month, day of the week' })
  cron!: string

  @ApiProperty({ example: 'UTC' })
  timezone!: string

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  nextRunAt!: string | null
}
