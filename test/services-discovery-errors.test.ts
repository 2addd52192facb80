/** Every error that an operation of Application Discovery Service declares: provoked, or said why nothing provokes it. */

import AWS from 'aws-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { applySources } from '../src/inventory/apply-sources.ts';
import { QUOTAS, type Quotas } from '../src/inventory/quotas.ts';
import type { StateStore } from '../src/ports/state/state-store.ts';
import { createDiscoveryService } from '../src/services/discovery/discovery-service.ts';
import { discoveryDeps } from './discovery-deps.ts';
import { readModelOperations } from './model-cases.ts';
import { ACCOUNT, CREDENTIALS, OTHER_CREDENTIALS, openWorld, REGION, refusal, type World } from './services-world.ts';

type Input = Record<string, unknown>;
/** An input that is refused, made when the world is ready for it; or the reason why there is none. */
type Provocation = Input | (() => Promise<Input>) | { readonly never: string };

interface Row {
  /** An input that is answered. */
  readonly good: Input | (() => Promise<Input>);
  readonly malformed: Provocation;
  readonly outOfRange: Provocation;
  /** Has to run in the home Region. */
  readonly isWrite?: true;
  readonly more?: Readonly<Record<string, Provocation>>;
}

const UNKNOWN_SERVER = 'd-server-00000000000000';
const UNKNOWN_APPLICATION = 'd-application-00000000000000000';
const UNKNOWN_AGENT = 'o-nobodyofthisnam1';
const TASK = `import-task-${'0'.repeat(32)}`;
const TOO_LONG = 'x'.repeat(201);
const NO_INPUT = { never: 'the operation has no input that could be wrong' };
const LIVE_IS_CONFLICT = {
  never: 'an export that is live is answered with ConflictErrorException (discovery.md §3.22)',
};
const badFilter = { filters: [{ name: 'nothing', values: ['x'], condition: 'EQUALS' }] };
const badPage = { maxResults: 101 };

const ROWS: Readonly<Record<string, Row>> = {
  AssociateConfigurationItemsToApplication: {
    good: async () => ({ applicationConfigurationId: await application(), configurationIds: [await server()] }),
    malformed: { configurationIds: [] },
    outOfRange: { applicationConfigurationId: UNKNOWN_APPLICATION, configurationIds: [] },
    isWrite: true,
  },
  BatchDeleteAgents: {
    good: { deleteAgents: [{ agentId: UNKNOWN_AGENT }] },
    malformed: { deleteAgents: [{ force: true }] },
    outOfRange: { deleteAgents: [] },
  },
  BatchDeleteImportData: {
    good: { importTaskIds: [TASK] },
    malformed: { importTaskIds: [`${TASK.slice(0, -1)}g`] },
    outOfRange: { importTaskIds: [] },
  },
  CreateApplication: {
    good: async () => ({ name: unique() }),
    malformed: { name: ' ' },
    outOfRange: async () => ({ name: await applicationName() }),
    isWrite: true,
  },
  CreateTags: {
    good: async () => ({ configurationIds: [await server()], tags: [{ key: 'k', value: 'v' }] }),
    malformed: { configurationIds: [], tags: [{ key: 'k' }] },
    outOfRange: { configurationIds: [TOO_LONG], tags: [] },
    isWrite: true,
    more: { ResourceNotFoundException: { configurationIds: [UNKNOWN_SERVER], tags: [] } },
  },
  DeleteApplications: {
    good: { configurationIds: [UNKNOWN_APPLICATION] },
    malformed: { configurationIds: ['a b'] },
    outOfRange: { configurationIds: [TOO_LONG] },
  },
  DeleteTags: {
    good: async () => ({ configurationIds: [await server()] }),
    malformed: { tags: [] },
    outOfRange: { configurationIds: [TOO_LONG] },
    more: { ResourceNotFoundException: { configurationIds: [UNKNOWN_SERVER] } },
  },
  DescribeAgents: { good: {}, malformed: badFilter, outOfRange: badPage },
  DescribeBatchDeleteConfigurationTask: {
    good: async () => ({ taskId: await batchDelete(await server()) }),
    malformed: { never: 'not declared' },
    outOfRange: { taskId: '00000000-0000-4000-8000-000000000000' },
  },
  DescribeConfigurations: {
    good: async () => ({ configurationIds: [await server()] }),
    malformed: { configurationIds: ['a b'] },
    outOfRange: { configurationIds: [UNKNOWN_SERVER, UNKNOWN_APPLICATION] },
  },
  DescribeContinuousExports: {
    good: {},
    malformed: { exportIds: ['a b'] },
    outOfRange: { maxResults: 0 },
    more: {
      OperationNotPermittedException: { never: 'looking is always permitted to who may call at all' },
      ResourceNotFoundException: { exportIds: ['continuous-export-none'] },
    },
  },
  DescribeExportConfigurations: {
    good: {},
    malformed: { exportIds: ['a b'] },
    outOfRange: badPage,
    more: { ResourceNotFoundException: { exportIds: ['export-none'] } },
  },
  DescribeExportTasks: { good: {}, malformed: badFilter, outOfRange: badPage },
  DescribeImportTasks: { good: {}, malformed: { filters: [{ values: ['x'] }] }, outOfRange: badPage },
  DescribeTags: {
    good: {},
    malformed: badFilter,
    outOfRange: badPage,
    more: { ResourceNotFoundException: { filters: [{ name: 'configurationId', values: [UNKNOWN_SERVER] }] } },
  },
  DisassociateConfigurationItemsFromApplication: {
    good: async () => ({ applicationConfigurationId: await application(), configurationIds: [await server()] }),
    malformed: { configurationIds: [] },
    outOfRange: { applicationConfigurationId: UNKNOWN_APPLICATION, configurationIds: [] },
    isWrite: true,
  },
  ExportConfigurations: {
    good: {},
    malformed: NO_INPUT,
    outOfRange: NO_INPUT,
    isWrite: true,
    more: {
      OperationNotPermittedException: () => spent('exportConfigurations', QUOTAS.strict.configurationExportsMax),
    },
  },
  GetDiscoverySummary: { good: {}, malformed: NO_INPUT, outOfRange: NO_INPUT },
  ListConfigurations: {
    good: { configurationType: 'SERVER' },
    malformed: { configurationType: 'SERVER', ...badFilter },
    outOfRange: { configurationType: 'SERVER', ...badPage },
    more: { ResourceNotFoundException: { never: 'an id in a filter that nothing has makes an empty list (§3.19)' } },
  },
  ListServerNeighbors: {
    good: async () => ({ configurationId: await server() }),
    malformed: { configurationId: 'a b' },
    outOfRange: { configurationId: UNKNOWN_SERVER },
  },
  StartBatchDeleteConfigurationTask: {
    good: async () => ({ configurationType: 'SERVER', configurationIds: [await server()] }),
    malformed: { configurationType: 'SERVER' },
    outOfRange: { configurationType: 'SERVER', configurationIds: [] },
    isWrite: true,
    more: {
      LimitExceededException: {
        configurationType: 'SERVER',
        configurationIds: Array.from({ length: 201 }, (_, at) => `d-server-${String(at).padStart(14, '0')}`),
      },
      OperationNotPermittedException: async () => {
        const configurationIds = [await server()];
        await batchDelete(configurationIds[0]!);
        return { configurationType: 'SERVER', configurationIds };
      },
    },
  },
  StartContinuousExport: {
    good: {},
    malformed: NO_INPUT,
    outOfRange: NO_INPUT,
    isWrite: true,
    more: {
      ConflictErrorException: async () => {
        await continuousExport('START_IN_PROGRESS');
        return {};
      },
      OperationNotPermittedException: LIVE_IS_CONFLICT,
      ResourceInUseException: LIVE_IS_CONFLICT,
    },
  },
  StartDataCollectionByAgentIds: {
    good: { agentIds: [UNKNOWN_AGENT] },
    malformed: { agentIds: ['o nobody of this'] },
    outOfRange: { agentIds: ['short'] },
    isWrite: true,
  },
  StartExportTask: {
    good: {},
    malformed: badFilter,
    outOfRange: { filters: [{ name: 'agentIds', values: [UNKNOWN_AGENT], condition: 'EQUALS' }] },
    isWrite: true,
    more: { OperationNotPermittedException: () => spent('startExportTask', QUOTAS.strict.summaryExportsPerDayMax) },
  },
  StartImportTask: {
    good: async () => ({ name: unique(), importUrl: await importFile() }),
    malformed: { name: 'a', importUrl: 'nowhere' },
    outOfRange: async () => ({ name: 'a', importUrl: `${await importFile()}.none` }),
    isWrite: true,
    more: {
      ResourceInUseException: async () => {
        const input = { name: unique(), importUrl: await importFile(), clientRequestToken: unique() };
        await call('startImportTask', input);
        return { ...input, name: unique() };
      },
    },
  },
  StopContinuousExport: {
    good: async () => ({ exportId: await continuousExport('ACTIVE') }),
    malformed: { exportId: 'a b' },
    outOfRange: { exportId: TOO_LONG },
    more: {
      OperationNotPermittedException: async () => ({ exportId: await continuousExport('INACTIVE') }),
      ResourceInUseException: async () => ({ exportId: await continuousExport('START_IN_PROGRESS') }),
      ResourceNotFoundException: { exportId: 'continuous-export-none' },
    },
  },
  StopDataCollectionByAgentIds: {
    good: { agentIds: [UNKNOWN_AGENT] },
    malformed: { agentIds: ['o nobody of this'] },
    outOfRange: { agentIds: ['short'] },
  },
  UpdateApplication: {
    good: async () => ({ configurationId: await application() }),
    malformed: { configurationId: 'a b' },
    outOfRange: { configurationId: UNKNOWN_APPLICATION },
    isWrite: true,
  },
};

let world: World;
/** The store of the service is broken while this stands. */
let fault: Error | undefined;
const quotas: { -readonly [K in keyof Quotas]: Quotas[K] } = { ...QUOTAS.open };
let uniques = 0;

beforeAll(async () => {
  world = await openWorld((parts) => [
    createDiscoveryService(discoveryDeps({ ...parts, state: breakable(parts.state) }, { quotas })),
  ]);
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

beforeEach(async () => {
  fault = undefined;
  world.internalErrors.length = 0;
  Object.assign(quotas, QUOTAS.open);
  for (const table of ['continuous_exports', 'export_tasks', 'batch_deletes', 'import_tasks'] as const)
    await world.state.queries.deleteFrom(table).execute();
});

function breakable(state: StateStore): StateStore {
  const orThrow = <T>(value: T): T => {
    if (fault !== undefined) throw fault;
    return value;
  };
  return {
    get queries() {
      return orThrow(state.queries);
    },
    transaction: (run) => orThrow(state).transaction(run),
    migrate: () => state.migrate(),
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}

/** The SDK must let everything out: what it would refuse itself is what we are to refuse. */
function call(operation: string, input: Input, options: AWS.Discovery.ClientConfiguration = {}): Promise<Input> {
  const base = { endpoint: world.endpoint, region: REGION, maxRetries: 0, paramValidation: false, ...CREDENTIALS };
  const name = operation.charAt(0).toLowerCase() + operation.slice(1);
  return new AWS.Discovery({ ...base, ...options }).makeRequest(name, input).promise() as Promise<Input>;
}

function unique(): string {
  uniques += 1;
  return `unique-${uniques}`;
}

async function server(): Promise<string> {
  const sections = { record: { observedAtMs: 1, attributes: { externalId: unique() } } };
  const context = { accountId: ACCOUNT, nowMs: world.clock.nowMs() };
  const source = { kind: 'IMPORT', id: `t/${uniques}`, sections } as const;
  const [applied] = await world.state.transaction((tx) => applySources(tx, context, [source]));
  return applied!.serverId;
}

async function applicationName(): Promise<string> {
  const name = unique();
  await call('createApplication', { name });
  return name;
}

async function application(): Promise<string> {
  return String((await call('createApplication', { name: unique() })).configurationId);
}

async function batchDelete(serverId: string): Promise<string> {
  const input = { configurationType: 'SERVER', configurationIds: [serverId] };
  return String((await call('startBatchDeleteConfigurationTask', input)).taskId);
}

async function continuousExport(status: string): Promise<string> {
  const exportId = String((await call('startContinuousExport', {})).exportId);
  await world.state.queries.updateTable('continuous_exports').set({ status }).execute();
  return exportId;
}

/** The strict profile, and its quota of this operation used up. */
async function spent(operation: string, times: number): Promise<Input> {
  Object.assign(quotas, QUOTAS.strict);
  for (let at = 0; at < times; at += 1) await call(operation, {});
  return {};
}

/** A file in a bucket of ours. */
async function importFile(): Promise<string> {
  const of = { account_id: ACCOUNT, bucket: 'files' };
  const key = unique();
  const object = { key, object_key: `test/${key}`, size_bytes: 1, etag: '0'.repeat(32), content_type: 'text/csv' };
  await world.objects.put(object.object_key, Buffer.from('x'));
  const { queries } = world.state;
  const bucket = { ...of, region: REGION, created_at_ms: 1 };
  await queries
    .insertInto('buckets')
    .values(bucket)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await queries
    .insertInto('bucket_objects')
    .values({ ...of, ...object, modified_at_ms: 1 })
    .execute();
  return `s3://files/${key}`;
}

const make = async (input: Input | (() => Promise<Input>)): Promise<Input> =>
  typeof input === 'function' ? await input() : input;

const OPERATIONS = readModelOperations('models/discovery.json');

function provocationOf(operation: string, error: string): Provocation | undefined {
  const row = ROWS[operation];
  if (error === 'InvalidParameterException') return row?.malformed;
  if (error === 'InvalidParameterValueException') return row?.outOfRange;
  return row?.more?.[error];
}

const isReason = (provocation: Provocation): provocation is { never: string } => Object.hasOwn(provocation, 'never');

test('every declared error of every operation has its place in the table, and nothing else has', () => {
  const generic = ['AuthorizationErrorException', 'HomeRegionNotSetException', 'ServerInternalErrorException'];
  const missing = OPERATIONS.flatMap(({ name, errors }) =>
    [...errors]
      .filter((error) => !generic.includes(error) && provocationOf(name, error) === undefined)
      .map((error) => `${name} ${error}`),
  );
  const undeclared = OPERATIONS.flatMap(({ name, errors }) =>
    Object.keys(ROWS[name]?.more ?? {})
      .filter((error) => !errors.has(error))
      .map((error) => `${name} ${error}`),
  );
  expect({ missing, undeclared }).toEqual({ missing: [], undeclared: [] });
  expect(Object.keys(ROWS).sort()).toEqual(OPERATIONS.map(({ name }) => name).sort());
});

describe.each(OPERATIONS.map(({ name, errors }) => [name, ROWS[name]!, errors] as const))('%s', (name, row, errors) => {
  test('answers an input of which nothing is wrong', async () => {
    await call(name, await make(row.good));
    expect(world.internalErrors).toEqual([]);
  });

  const listed = [...errors].map((error) => [error, provocationOf(name, error)] as const);
  const provoked = listed.filter(([, one]) => one !== undefined && !isReason(one));
  if (provoked.length > 0)
    test.each(provoked)('answers %s', async (error, provocation) => {
      const input = await make(provocation as Input);
      expect(await refusal(call(name, input))).toMatchObject({ name: error, status: 400 });
    });

  test('answers AuthorizationErrorException to a key of another account', async () => {
    const input = await make(row.good);
    expect(await refusal(call(name, input, OTHER_CREDENTIALS))).toMatchObject({
      name: 'AuthorizationErrorException',
      status: 400,
    });
  });

  if (row.isWrite === true)
    test('answers HomeRegionNotSetException to a request for another Region', async () => {
      expect(errors.has('HomeRegionNotSetException')).toBe(true);
      const input = await make(row.good);
      expect(await refusal(call(name, input, { region: 'eu-west-1' }))).toMatchObject({
        name: 'HomeRegionNotSetException',
        status: 400,
      });
    });
  else
    test('answers in any Region, since the home Region is always set', async () => {
      await call(name, await make(row.good), { region: 'eu-west-1' });
    });

  test('answers ServerInternalErrorException when the store fails, and says nothing of it', async () => {
    const input = await make(row.good);
    fault = new Error('the store is broken');
    const refused = await refusal(call(name, input));
    expect(refused).toMatchObject({ name: 'ServerInternalErrorException', status: 500 });
    expect(refused.message).not.toContain('store');
    expect(world.internalErrors).toEqual([fault]);
  });
});
