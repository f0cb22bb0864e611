import { Injectable, Module, type OnModuleInit } from '@nestjs/common'
import { AppModule } from '../../../src/app.module.js'
import { type JobHandler, type JobOptions, type JobQueue, Jobs } from '../../../src/jobs/index.js'
import { startServer, type TestServer } from '../../support/index.js'

/** What the jobs of these tests are given. */
export interface Work {
  readonly n: number
  readonly secret?: string
}

export interface Kind {
  readonly name: string
  readonly options?: JobOptions<Work>
  readonly handler: JobHandler<Work>
}

/** A server whose domains define these kinds of jobs, as any domain does. */
export interface Node {
  readonly server: TestServer
  readonly jobs: Jobs
  readonly queues: Readonly<Record<string, JobQueue<Work>>>
}

export async function startNode(kinds: readonly Kind[], env: Record<string, string> = {}): Promise<Node> {
  const queues: Record<string, JobQueue<Work>> = {}

  @Injectable()
  class Domain implements OnModuleInit {
    constructor(private readonly jobs: Jobs) {}

    onModuleInit(): void {
      for (const { name, options, handler } of kinds) queues[name] = this.jobs.define(name, options ?? {}, handler)
    }
  }

  @Module({
    imports: [AppModule],
    providers: [{ provide: Domain, inject: [Jobs], useFactory: (jobs: Jobs) => new Domain(jobs) }],
  })
  class NodeModule {}

  const server = await startServer(env, NodeModule)
  return { server, jobs: server.app.get(Jobs), queues }
}
