import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { BackupDetails, BackupInfo, One, RestoreReport } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common'
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger'
import { IsArray, IsBoolean, IsOptional, IsString } from 'class-validator'
import type { Response } from 'express'
import { FreshProof } from '../accounts/index.js'
import { AdminInPerson } from '../platform/http/index.js'
import { Backups } from './backups.service.js'

const count = { type: 'integer', nullable: true }
const info = {
  type: 'object',
  required: ['name', 'state', 'createdAt', 'bytes', 'records', 'collections', 'sha256', 'error'],
  properties: {
    name: { type: 'string', example: '20261121T214500Z-9f86d081884c7d65' },
    state: { type: 'string', enum: ['running', 'done', 'failed'] },
    createdAt: { type: 'string', format: 'date-time' },
    bytes: { type: 'integer' },
    records: count,
    collections: count,
    sha256: { type: 'string', nullable: true },
    error: { type: 'string', nullable: true },
  },
}
const names = { type: 'array', items: { type: 'string' } }
const details = {
  ...info,
  required: [...info.required, 'contents', 'roles'],
  properties: { ...info.properties, contents: names, roles: names },
}
const whole = { type: 'integer' }
const report = {
  type: 'object',
  required: ['dryRun', 'schemaSteps', 'lossySteps', 'roles', 'collections'],
  properties: {
    dryRun: { type: 'boolean' },
    schemaSteps: names,
    lossySteps: names,
    roles: names,
    collections: {
      type: 'array',
      items: {
        type: 'object',
        required: ['collection', 'inserted', 'updated', 'unchanged', 'deleted'],
        properties: {
          collection: { type: 'string' },
          inserted: whole,
          updated: whole,
          unchanged: whole,
          deleted: whole,
        },
      },
    },
  },
}
const enveloped = (data: object) => ({ type: 'object', required: ['data'], properties: { data } })

class RestoreBody {
  @ApiProperty({ required: false, type: [String], description: 'Default: all that the backup has' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  collections?: string[]

  @ApiProperty({ required: false, description: 'Also deletes records that are not in the backup; never users' })
  @IsOptional()
  @IsBoolean()
  exact?: boolean

  @ApiProperty({ required: false, description: 'What going back to the definitions of the backup loses, may be lost' })
  @IsOptional()
  @IsBoolean()
  acceptDataLoss?: boolean

  @ApiProperty({ required: false, description: 'Counts what would be done and does nothing' })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean
}

/** Backups hold the records of everybody: they are for admins who are here themselves and have just proven it. */
@ApiTags('Admin')
@AdminInPerson()
@Controller('admin/backups')
export class BackupsController {
  constructor(private readonly backups: Backups) {}

  @Get()
  @ApiOperation({ summary: 'Backups in the folder of this node, newest first' })
  @ApiOkResponse({ description: '', schema: enveloped({ type: 'array', items: info }) })
  async list(): Promise<One<BackupInfo[]>> {
    return { data: await this.backups.list() }
  }

  @Post()
  @ApiOperation({ summary: 'Begin a backup of all records, of this moment' })
  @ApiCreatedResponse({ description: '', schema: enveloped(info) })
  async create(): Promise<One<BackupInfo>> {
    return { data: await this.backups.create() }
  }

  @Get(':name')
  @ApiOperation({ summary: 'A backup, and what it holds' })
  @ApiOkResponse({ description: '', schema: enveloped(details) })
  async get(@Param('name') name: string): Promise<One<BackupDetails>> {
    return { data: await this.backups.get(name) }
  }

  @Get(':name/file')
  @FreshProof()
  @ApiOperation({ summary: 'The file of a backup' })
  @ApiProduces('application/gzip')
  @ApiOkResponse({ description: '', schema: { type: 'string', format: 'binary' } })
  async download(@Param('name') name: string, @Res() response: Response): Promise<void> {
    const path = await this.backups.pathOf(name)
    response.set({ 'Content-Type': 'application/gzip', 'Content-Disposition': `attachment; filename="${name}.hfb"` })
    // Whoever leaves in the middle has half a file, and knows.
    await pipeline(createReadStream(path), response).catch(() => undefined)
  }

  @Post(':name/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Read all of a backup, and say whether it is whole' })
  @ApiOkResponse({
    description: '',
    schema: enveloped({
      type: 'object',
      required: ['collections', 'records'],
      properties: { collections: whole, records: whole },
    }),
  })
  async verify(@Param('name') name: string): Promise<One<{ collections: number; records: number }>> {
    const { collections, records } = await this.backups.verify(name)
    return { data: { collections, records } }
  }

  @Post(':name/restore')
  @HttpCode(200)
  @FreshProof()
  @ApiOperation({
    summary: 'Put records back as they were',
    description:
      'By their ids: first their definitions, then the records, all or none. Accounts, sessions and keys stay as they are today.',
  })
  @ApiOkResponse({ description: '', schema: enveloped(report) })
  async restore(@Param('name') name: string, @Body() body: RestoreBody): Promise<One<RestoreReport>> {
    return { data: await this.backups.restore(name, body) }
  }

  @Delete(':name')
  @HttpCode(204)
  @FreshProof()
  @ApiOperation({ summary: 'Delete a backup' })
  @ApiNoContentResponse()
  async delete(@Param('name') name: string): Promise<void> {
    await this.backups.delete(name)
  }
}
