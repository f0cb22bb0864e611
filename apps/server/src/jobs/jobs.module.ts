import { Global, Module } from '@nestjs/common'
import { JobBook } from './job-book.js'
import { Jobs } from './jobs.js'

@Global()
@Module({ providers: [Jobs, JobBook], exports: [Jobs, JobBook] })
export class JobsModule {}
