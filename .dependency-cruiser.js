/**
 * The tier rules of the server: a folder of `apps/server/src` imports only from folders above it in this list, never
 * sideways, never down; and another domain only through its `index.ts`.
 */
const tiers = [
  'lib',
  'query',
  'platform',
  'jobs',
  'observability',
  'collections',
  'auth',
  'permissions',
  'changes',
  'records',
  'accounts',
  'files',
  'realtime',
  'functions',
  'webhooks',
  'backups',
  'openapi',
  'admin',
]
const src = '^apps/server/src/'

const tierRules = tiers.map((tier, index) => ({
  name: `tier-${tier}`,
  comment: `${tier}/ may import only from the tiers above it`,
  severity: 'error',
  from: { path: `${src}${tier}/` },
  to: {
    path: `${src}(${[...tiers.slice(index + 1), 'app\\.module', 'create-app', 'release-memory', 'serve', 'shutdown', 'start', 'main'].join('|')})`,
  },
}))

const surfaceRules = tiers.map((tier) => ({
  name: `surface-${tier}`,
  comment: `other domains reach ${tier}/ through its index.ts (and the composition root its module)`,
  severity: 'error',
  from: { path: src, pathNot: [`${src}${tier}/`, '\\.test\\.ts$'] },
  to: {
    path: `${src}${tier}/`,
    pathNot: [`${src}${tier}/index\\.ts$`, `${src}${tier}/${tier}\\.module\\.ts$`, `${src}platform/[a-z]+/index\\.ts$`],
  },
}))

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { pathNot: 'node_modules' }, to: { circular: true } },
    ...tierRules,
    ...surfaceRules,
    {
      name: 'query-knows-no-framework',
      severity: 'error',
      from: { path: `${src}(query|lib)/` },
      to: { path: 'node_modules/(@nestjs|express|typeorm|pg)(/|$)' },
    },
    {
      name: 'only-outbound-calls-out',
      comment:
        'calls to other hosts go through platform/outbound; biome.json refuses libraries, and node:http and node:net name by name',
      severity: 'error',
      from: { path: src, pathNot: [`${src}platform/(outbound|mail)/`, '\\.test\\.ts$'] },
      to: {
        path: '^(node:)?(https|http2|tls|dgram|dns|dns/promises)$',
      },
    },
    { name: 'packages-never-import-apps', severity: 'error', from: { path: '^packages/' }, to: { path: '^apps/' } },
    {
      name: 'console-reaches-the-server-through-the-sdk',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: { path: '^(apps/server|packages/(?!sdk/|contract/))' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'types', 'default'], exportsFields: ['exports'] },
    moduleSystems: ['es6'],
    parser: 'swc',
  },
}
