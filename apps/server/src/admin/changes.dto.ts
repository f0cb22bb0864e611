import type {
  ChangeLogConsumer,
  ChangeLogSegment,
  ChangeLogState,
  ChangeTail,
  Json,
  LoggedChange,
} from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'

export class ChangeLogSegmentAnswer implements ChangeLogSegment {
  @ApiProperty({ example: 'changes_head' })
  name!: string

  @ApiProperty({ type: 'integer' })
  bytes!: number

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Its last position; null for the one that is written to',
  })
  upTo!: number | null

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  closedAt!: string | null
}

export class ChangeLogConsumerAnswer implements ChangeLogConsumer {
  @ApiProperty({ example: 'webhooks' })
  name!: string

  @ApiProperty({ type: 'integer', description: 'Everything up to here has been read' })
  position!: number

  @ApiProperty({ type: 'integer', description: 'Positions it has not read' })
  behind!: number

  @ApiProperty({ format: 'date-time' })
  readAt!: string
}

export class ChangeLogAnswer implements ChangeLogState {
  @ApiProperty({ type: [ChangeLogSegmentAnswer], description: 'The oldest first' })
  segments!: ChangeLogSegmentAnswer[]

  @ApiProperty({ type: 'integer' })
  bytes!: number

  @ApiProperty({ type: 'integer', description: 'What history and trash keep beside it, by their own days' })
  keptBytes!: number

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When the oldest change happened' })
  oldest!: string | null

  @ApiProperty({
    type: 'integer',
    description: 'Changes up to here are gone: clients that were away since before are told to read anew',
  })
  trimmedTo!: number

  @ApiProperty({ type: [ChangeLogConsumerAnswer], description: 'The log is not trimmed beyond what these have read' })
  consumers!: ChangeLogConsumerAnswer[]
}

const image = { type: 'object', additionalProperties: true, nullable: true } as const

export class LoggedChangeAnswer implements LoggedChange {
  @ApiProperty({ type: 'integer' })
  position!: number

  @ApiProperty({ example: 'posts' })
  collection!: string

  @ApiProperty({ format: 'uuid' })
  record!: string

  @ApiProperty({ enum: ['create', 'update', 'delete'] })
  action!: LoggedChange['action']

  @ApiProperty({ type: 'string', nullable: true, description: 'Null for what did not come through the API' })
  user!: string | null

  @ApiProperty({ type: 'string', nullable: true })
  requestId!: string | null

  @ApiProperty({ format: 'date-time' })
  at!: string

  @ApiProperty({ ...image, description: 'The record before' })
  before!: { [field: string]: Json } | null

  @ApiProperty({ ...image, description: 'The record after' })
  after!: { [field: string]: Json } | null
}

export class ChangeTailAnswer implements ChangeTail {
  @ApiProperty({ type: [LoggedChangeAnswer], description: 'In the order in which they were committed' })
  changes!: LoggedChangeAnswer[]

  @ApiProperty({ description: 'Where to go on' })
  cursor!: string

  @ApiProperty({ description: 'More can be asked for at once' })
  more!: boolean

  @ApiProperty({ description: 'Changes before these are lost' })
  broken!: boolean
}
