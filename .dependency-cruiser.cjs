// The arrows between rooms, one way only (docs/02-layers.md). A room not listed as importable is forbidden.
const domains = {
  core: [],
  ports: ['core'],
  jobs: ['core', 'ports'],
  identity: ['core', 'ports'],
  buckets: ['core', 'ports', 'jobs'],
  catalog: ['core', 'ports'],
  fleet: ['core', 'ports'],
  ingest: ['core', 'ports', 'fleet'],
  telemetry: ['core', 'ports', 'jobs', 'fleet'],
  inventory: ['core', 'ports', 'jobs', 'fleet', 'telemetry'],
  imports: ['core', 'ports', 'jobs', 'buckets', 'inventory'],
  exports: ['core', 'ports', 'jobs', 'identity', 'fleet', 'telemetry', 'inventory', 'catalog', 'buckets'],
  query: ['core', 'ports', 'jobs', 'catalog', 'buckets'],
  governance: ['core', 'ports', 'jobs', 'identity', 'catalog'],
  wire: ['core'],
  services: ['core', 'ports', 'wire', 'fleet', 'inventory', 'imports', 'exports', 'catalog', 'query', 'buckets', 'identity', 'governance'],
  adapters: ['core', 'ports'],
  agent: ['core'],
  simulate: ['core'],
  cli: ['core', 'ports', 'exports', 'app', 'agent', 'simulate'],
};
const rules = Object.entries(domains).map(([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: [room, ...allowed].map((r) => `^src/${r}/`) },
}));
module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-service-imports-a-service',
      severity: 'error',
      from: { path: '^src/services/([^/]+)/' },
      to: { path: '^src/services/[^/]+/', pathNot: '^src/services/$1/' },
    },
    { name: 'acceptance-is-black-box', severity: 'error', from: { path: '^acceptance/' }, to: { path: '^src/' } },
    {
      name: 'no-orphan-tests-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^test/|^acceptance/|\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^node_modules' },
  },
};
