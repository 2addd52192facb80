import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { findBucketObject } from '../src/buckets/objects.ts';
import { serviceBucketName } from '../src/buckets/service-bucket.ts';
import { DAY_MS } from '../src/core/time.ts';
import { ATTEMPTS_MAX } from '../src/imports/import-runner.ts';
import type { ImportTask } from '../src/imports/import-task.ts';
import { ImportSweeper } from '../src/imports/sweep-imports.ts';
import { TEMPLATE_COLUMNS, writeTemplateLine } from '../src/inventory/import-template.ts';
import { QUOTAS } from '../src/inventory/quotas.ts';
import type { ServerAttributes } from '../src/inventory/server-attributes.ts';
import { RemoteObjectChangedError, type RemoteObjects } from '../src/ports/remote-objects.ts';
import { StoreAccessError } from '../src/ports/store-errors.ts';
import { type ImportWorld, importRunner, openImportWorld, readInventory, storeFile } from './import-world.ts';
import { ACCOUNT, REGION } from './services-world.ts';

let world: ImportWorld;
beforeEach(async () => {
  world = await openImportWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const csv = (...lines: string[]) => `${lines.join('\n')}\n`;
const inventory = () => readInventory(world.ports.state);
const liveServers = async () => (await inventory()).servers.filter((server) => server.deleted_at_ms === null);
const attributesOf = async (hostName: string): Promise<ServerAttributes> => {
  const server = (await liveServers()).find((one) => one.host_name === hostName);
  return JSON.parse(server?.attributes_json ?? '{}') as ServerAttributes;
};

/** The two files of a task's zip. */
async function report({ reportKey }: ImportTask, from = world): Promise<Record<string, string>> {
  const bucket = serviceBucketName(ACCOUNT, REGION);
  const object = await findBucketObject(from.ports.state.queries, { accountId: ACCOUNT, bucket }, reportKey!);
  const bytes: Uint8Array[] = [];
  for await (const chunk of from.ports.objects.read(object!.objectKey)) bytes.push(chunk);
  const zip = await fromBufferPromise(Buffer.concat(bytes));
  const files: Record<string, string> = {};
  for await (const entry of zip.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
    files[entry.fileName] = Buffer.concat(parts).toString();
  }
  return files;
}

describe('a file of the template', () => {
  test('becomes servers, applications with their waves, and tags', async () => {
    const task = await world.run(
      csv(
        'ExternalId,HostName,IPAddress,MACAddress,CPU.NumberOfCores,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,OS.Name,Applications,ApplicationWave,Tags,Colour',
        'inv-1,web-1,"10.0.0.1, 10.0.0.2",00-15-E9-2B-99-3C,4,2048,512,Linux,"shop, crm",2,"zone:3, critical:no, zone:1",red',
        'inv-2,web-2,10.0.0.3,,8,1024,,Windows,shop,,,blue',
      ),
    );
    expect(task).toMatchObject({
      status: 'IMPORT_COMPLETE',
      fileClassification: 'IMPORT_TEMPLATE',
      serversImported: 2,
      serversFailed: 0,
      applicationsImported: 2,
      applicationsFailed: 0,
      reportKey: undefined,
    });
    expect(await attributesOf('web-1')).toEqual({
      externalId: 'inv-1',
      hostName: 'web-1',
      numCores: 4,
      totalRamKb: 2048 * 1024,
      avgFreeRamKb: 1536 * 1024,
      osName: 'Linux',
      interfaces: [{ ipAddress: '10.0.0.1' }, { ipAddress: '10.0.0.2' }, { macAddress: '00-15-E9-2B-99-3C' }],
    });
    const { applications, members, tags } = await inventory();
    expect(applications.map(({ name, wave }) => [name, wave])).toEqual([
      ['crm', '2'],
      ['shop', '2'],
    ]);
    expect(members).toHaveLength(3);
    expect(tags.map(({ tag_key, tag_value }) => `${tag_key}:${tag_value}`)).toEqual([
      'critical:no',
      'zone:1',
      'zone:3',
    ]);
  });

  test('imported again changes nothing', async () => {
    const lines = Array.from(
      { length: 300 },
      (_, at) => `inv-${at},host-${at % 290},10.0.${at >> 8}.${at & 255},"app ${at % 7}",${at % 3},"k:${at % 4}"`,
    );
    const file = csv('ExternalId,HostName,IPAddress,Applications,ApplicationWave,Tags', ...lines);
    await world.run(file);
    const before = await inventory();
    world.ports.clock.advance(60_000);
    expect(await world.run(file)).toMatchObject({ status: 'IMPORT_COMPLETE', serversImported: 300 });
    expect(await inventory()).toEqual(before);
  });

  test('says line by line what is wrong with it', async () => {
    const task = await world.run(
      csv(
        'HostName,IPAddress,CPU.NumberOfCores,CPU.UsagePct.Avg,VMware.MoRefId,VMware.VCenterId,ExternalId,Tags,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Max,MACAddress',
        'good,10.0.0.1,4,12.5,,,,,,,',
        ',,4,,,,,,,,',
        'x,not-an-ip,0,101,vm-1,,ext-4,nocolon,-1,2,zz',
        'a,b',
        'r,,4.5,abc,,,,,1,2,',
        '"open,10.0.0.9',
        'last,,,,vm-9,vc-9,,,,,',
      ),
    );
    expect(task).toMatchObject({ status: 'IMPORT_COMPLETE_WITH_ERRORS', serversImported: 2, serversFailed: 5 });
    const files = await report(task);
    expect(files['errors-file.csv']?.split('\n')).toEqual([
      'Line,ColumnName,ExternalId,ErrorMessage',
      '3,,,At least one identifying column is required.',
      '4,IPAddress,ext-4,IPAddress is not an IP address.',
      '4,CPU.NumberOfCores,ext-4,CPU.NumberOfCores must be between 1 and 65536.',
      '4,CPU.UsagePct.Avg,ext-4,CPU.UsagePct.Avg must be between 0 and 100.',
      '4,Tags,ext-4,Tags must be pairs of name:value.',
      '4,RAM.TotalSizeInMB,ext-4,RAM.TotalSizeInMB must be 0 or more.',
      '4,MACAddress,ext-4,MACAddress is not a MAC address.',
      '4,VMware.VCenterId,ext-4,VMware.MoRefId and VMware.VCenterId must be given together.',
      '5,,,"Expected 11 fields, found 2."',
      '6,CPU.NumberOfCores,,CPU.NumberOfCores is not a whole number.',
      '6,CPU.UsagePct.Avg,,CPU.UsagePct.Avg is not a number.',
      '6,RAM.UsedSizeInMB.Max,,RAM.UsedSizeInMB.Max must be between 0 and 1.',
      '7,,,Unterminated quote.',
      '',
    ]);
    expect(files['failed-entries-file.csv']?.split('\n').slice(1)).toEqual([
      ',,4,,,,,,,,',
      'x,not-an-ip,0,101,vm-1,,ext-4,nocolon,-1,2,zz',
      'a,b',
      'r,,4.5,abc,,,,,1,2,',
      '"open,10.0.0.9',
      '',
    ]);
  });

  test('of which nothing could be imported failed; one without records is complete', async () => {
    expect(await world.run(csv('HostName,IPAddress', ',x'))).toMatchObject({
      status: 'IMPORT_FAILED',
      serversFailed: 1,
    });
    expect(await world.run(csv('HostName'))).toMatchObject({ status: 'IMPORT_COMPLETE', serversImported: 0 });
  });

  test('that is none is not supported', async () => {
    const unsupported = { status: 'IMPORT_FAILED_UNSUPPORTED_FILE_TYPE' };
    expect(await world.run('')).toMatchObject({ ...unsupported, fileClassification: undefined });
    expect(await world.run(csv('a,b', '1,2'))).toMatchObject({ ...unsupported, fileClassification: undefined });
    expect(await world.run(csv('Source IP,Destination IP,Source VM Name,Destination VM Name'))).toMatchObject({
      ...unsupported,
      fileClassification: 'VMWARE_NSX_EXPORT',
    });
  });

  test('counts an application once, and as failed only where no record imported it', async () => {
    const task = await world.run(
      csv('HostName,IPAddress,Applications', 'a,,one', 'b,x,"one, two"', 'c,x,"two, three"'),
    );
    expect(task).toMatchObject({ applicationsImported: 1, applicationsFailed: 2 });
  });

  test('leaves an application the wave of its last line, also when that changes', async () => {
    await world.run(csv('HostName,Applications,ApplicationWave', 'a,app,1', 'b,app,2', 'c,app,'));
    const [before] = (await inventory()).applications;
    expect(before?.wave).toBe('2');
    world.ports.clock.advance(1000);
    await world.run(csv('HostName,Applications,ApplicationWave', 'a,app,3'));
    const [after] = (await inventory()).applications;
    expect(after?.wave).toBe('3');
    expect(after?.modified_at_ms).toBeGreaterThan(before?.modified_at_ms ?? 0);
  });
});

describe('a record with a ServerId', () => {
  const full = () =>
    world.run(
      csv(
        'ExternalId,HostName,IPAddress,MACAddress,CPU.NumberOfCores,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,CPU.UsagePct.Avg,Tags',
        'inv-1,web-1,"10.0.0.1, 10.0.0.2",00-15-E9-2B-99-3C,4,2048.3,512.7,12.5,"a:b, c:d"',
      ),
    );

  test('that says what is so changes applications only: an export can be imported', async () => {
    await full();
    const [server] = (await inventory()).servers;
    const attributes = JSON.parse(server!.attributes_json) as ServerAttributes;
    const tags = [
      { key: 'a', value: 'b' },
      { key: 'c', value: 'd' },
    ];
    const line = writeTemplateLine({
      serverId: server!.server_id,
      attributes,
      applications: ['crm'],
      wave: '4',
      tags,
    }).map((field) => (field.includes(',') ? `"${field}"` : field));
    const before = await inventory();
    const task = await world.run(csv([...TEMPLATE_COLUMNS.keys()].join(','), line.join(',')));
    expect(task).toMatchObject({ status: 'IMPORT_COMPLETE', serversImported: 1 });
    const after = await inventory();
    expect(after.servers).toEqual(before.servers);
    expect(after.tags).toEqual(before.tags);
    expect(after.applications.map(({ name, wave }) => [name, wave])).toEqual([['crm', '4']]);
    expect(after.members).toHaveLength(1);
  });

  test('is refused where it would change something else, or names nothing', async () => {
    await full();
    const [server] = (await inventory()).servers;
    const task = await world.run(
      csv('ServerId,HostName,Tags,CPU.NumberOfCores', `${server!.server_id},web-9,"c:d, e:f",4`, 'd-server-0none,x,,'),
    );
    expect(task).toMatchObject({ status: 'IMPORT_FAILED', serversFailed: 2 });
    expect((await report(task))['errors-file.csv']?.split('\n').slice(1)).toEqual([
      '2,HostName,,HostName cannot be changed when ServerId is given.',
      '2,Tags,,Tags cannot be changed when ServerId is given.',
      '3,ServerId,,ServerId d-server-0none was not found.',
      '',
    ]);
  });
});

test('a file is imported as it was when the task was started', async () => {
  const task = await world.start(csv('HostName', 'first'));
  await storeFile(world.ports, '1/servers.csv', csv('HostName', 'second'));
  await world.work();
  expect(await world.task(task.taskId)).toMatchObject({ status: 'IMPORT_COMPLETE' });
  expect((await liveServers()).map(({ host_name }) => host_name)).toEqual(['first']);
  expect(await world.ports.objects.list('imports/', { limit: 1 })).toEqual([]);
});

test('tasks are done one after another, in order, deletions among them', async () => {
  const one = await world.start(csv('HostName,OS.Name', 'web,old'));
  await world.imports.delete([one.taskId], false);
  const two = await world.start(csv('HostName,OS.Version', 'web,2'));
  const { signal } = new AbortController();
  const runner = importRunner(world.ports);
  const states = async () => [(await world.task(one.taskId))?.status, (await world.task(two.taskId))?.status];
  await world.ports.state.queries
    .insertInto('leases')
    .values({ name: `imports/${ACCOUNT}`, holder: 'test', expires_at_ms: 9e15 })
    .execute();
  expect(await states()).toEqual(['IMPORT_IN_PROGRESS', 'IMPORT_IN_PROGRESS']);
  await runner.step(signal);
  expect(await states()).toEqual(['DELETE_IN_PROGRESS', 'IMPORT_IN_PROGRESS']);
  await runner.step(signal);
  expect(await states()).toEqual(['DELETE_COMPLETE', 'IMPORT_IN_PROGRESS']);
  await runner.step(signal);
  expect(await states()).toEqual(['DELETE_COMPLETE', 'IMPORT_COMPLETE']);
  expect(await attributesOf('web')).toEqual({ hostName: 'web', osVersion: '2' });
});

describe('deleting what a task imported', () => {
  test('takes its values from servers, and servers that nothing else describes', async () => {
    const one = await world.run(csv('HostName,OS.Name,Tags', 'web,Linux,a:b', 'db,Linux,'));
    const two = await world.run(csv('HostName,OS.Version', 'web,22'));
    await world.imports.delete([one.taskId], false);
    await world.work();
    expect(await world.task(one.taskId)).toMatchObject({ status: 'DELETE_COMPLETE', deletedAtMs: expect.any(Number) });
    expect((await liveServers()).map(({ host_name }) => host_name)).toEqual(['web']);
    expect(await attributesOf('web')).toEqual({ hostName: 'web', osVersion: '22' });
    await world.imports.delete([two.taskId, two.taskId], true);
    await world.work();
    expect(await liveServers()).toEqual([]);
    expect((await inventory()).tags).toEqual([]);
    expect(await world.task(two.taskId)).toBeUndefined();
  });

  test('with its history takes the report too, and frees its token', async () => {
    await storeFile(world.ports, 'f.csv', csv('HostName,IPAddress', 'a,', 'b,x'));
    const order = { name: 'n', importUrl: 's3://import-files/f.csv', clientRequestToken: 't', ownHost: 'h' };
    const { taskId } = await world.imports.start(order);
    await world.work();
    const done = (await world.task(taskId))!;
    await report(done);
    await world.imports.delete([taskId], true);
    await world.work();
    await expect(report(done)).rejects.toThrow();
    expect((await world.imports.start(order)).taskId).not.toBe(taskId);
  });

  test('refuses tasks there are not', async () => {
    const unknown = `import-task-${'0'.repeat(32)}`;
    expect(await world.imports.delete([unknown], false)).toEqual(new Map([[unknown, 'NOT_FOUND']]));
  });
});

describe('the quotas of the service', () => {
  const strict = (changes: object) => openImportWorld({ quotas: { ...QUOTAS.open, ...changes } });
  const hosts = (count: number, prefix = 'h') =>
    csv('HostName,Applications,Tags', ...Array.from({ length: count }, (_, at) => `${prefix}-${at},app-${at},k:${at}`));

  test.each([
    [{ importedRecordsMax: 3 }, 'IMPORT_FAILED_RECORD_LIMIT_EXCEEDED'],
    [{ importedServersMax: 3 }, 'IMPORT_FAILED_SERVER_LIMIT_EXCEEDED'],
  ])('%j: what fits is imported, then the import ends', async (quotas, status) => {
    await using limited = await strict(quotas);
    expect(await limited.run(hosts(3))).toMatchObject({ status: 'IMPORT_COMPLETE', serversImported: 3 });
    expect(await limited.run(hosts(2, 'g'))).toMatchObject({ status, serversImported: 0 });
    await using fresh = await strict(quotas);
    expect(await fresh.run(hosts(5))).toMatchObject({ status, serversImported: 3 });
    expect(await readInventory(fresh.ports.state)).toMatchObject({ servers: { length: 3 } });
  });

  test.each([
    [{ applicationsMax: 2 }, 'Applications', 'The quota of 2 applications per account would be exceeded.'],
    [{ serversPerApplicationMax: 2 }, 'Applications', 'The quota of 2 servers per application would be exceeded.'],
    [{ tagsPerServerMax: 2 }, 'Tags', 'The quota of 2 tags per server would be exceeded.'],
  ])('%j: a record too much fails', async (quotas, column, message) => {
    await using limited = await strict(quotas);
    const file = {
      applicationsMax: hosts(3),
      serversPerApplicationMax: csv('HostName,Applications', 'a,x', 'b,x', 'c,x'),
      tagsPerServerMax: csv('HostName,Tags', 'a,"a:1,b:2"', 'b,a:1', 'c,"a:1,b:2,c:3"'),
    }[Object.keys(quotas)[0] as 'applicationsMax'];
    const task = await limited.run(file);
    expect(task).toMatchObject({ status: 'IMPORT_COMPLETE_WITH_ERRORS', serversImported: 2, serversFailed: 1 });
    expect((await report(task, limited))['errors-file.csv']?.split('\n')[1]).toBe(`4,${column},,${message}`);
  });

  test('a file too large is refused at once', async () => {
    const file = csv('HostName', 'a');
    await using fits = await strict({ importFileBytesMax: file.length });
    expect(await fits.run(file)).toMatchObject({ status: 'IMPORT_COMPLETE' });
    await using limited = await strict({ importFileBytesMax: file.length - 1 });
    await expect(limited.start(file)).rejects.toThrow('bytes of an import file');
  });

  test('records deleted on one day are counted', async () => {
    await using limited = await strict({ recordDeletionsPerDayMax: 3 });
    const [one, two, three] = [await limited.run(hosts(2)), await limited.run(hosts(2)), await limited.run(hosts(4))];
    expect(await limited.imports.delete([three.taskId], false)).toEqual(new Map([[three.taskId, 'OVER_LIMIT']]));
    // Each alone is within the limit, both together are not.
    expect((await limited.imports.delete([one.taskId, two.taskId], false)).size).toBe(0);
    await limited.work();
    expect(await limited.task(one.taskId)).toMatchObject({ status: 'DELETE_COMPLETE' });
    expect(await limited.task(two.taskId)).toMatchObject({ status: 'DELETE_FAILED_LIMIT_EXCEEDED' });
    limited.ports.clock.advance(DAY_MS);
    await limited.imports.delete([two.taskId], false);
    await limited.work();
    expect(await limited.task(two.taskId)).toMatchObject({ status: 'DELETE_COMPLETE' });
  });
});

describe('what goes wrong', () => {
  test('on our side is tried again, and then said', async () => {
    const { taskId } = await world.start(csv('HostName', 'a'));
    await world.ports.objects.delete([`imports/${ACCOUNT}/${taskId}/file`]);
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
      await expect(world.work()).rejects.toThrow();
      expect(await world.task(taskId)).toMatchObject({ status: 'IMPORT_IN_PROGRESS', attempts: attempt });
    }
    await world.work();
    expect(await world.task(taskId)).toMatchObject({ status: 'INTERNAL_ERROR' });
    expect(world.errors).toHaveLength(ATTEMPTS_MAX);
  });

  test('a worker that lost its lease changes nothing', async () => {
    const { taskId } = await world.start(csv('HostName', 'a'));
    const other = importRunner(world.ports, { lease: { name: `imports/${ACCOUNT}`, holder: 'late', durationMs: 1 } });
    expect(await other.step(new AbortController().signal)).toBe(true);
    expect(await world.task(taskId)).toMatchObject({ status: 'IMPORT_IN_PROGRESS', attempts: 0 });
  });

  test('files that a killed server left are swept, those in use are not', async () => {
    const { objects } = world.ports;
    await objects.put(`imports/${ACCOUNT}/import-task-unknown/file`, Buffer.from('x'));
    await world.start(csv('HostName', 'a'));
    const over = await world.run(csv('HostName', 'b'));
    await world.start(csv('HostName', 'c'));
    await objects.put(`imports/${ACCOUNT}/${over.taskId}/file`, Buffer.from('x'));
    const sweeper = new ImportSweeper(world.ports, ACCOUNT);
    expect(await sweeper.sweep()).toBe(1);
    expect(await sweeper.sweep()).toBe(1);
    expect(await objects.list('imports/', { limit: 9 })).toHaveLength(1);
    await world.work();
    expect((await liveServers()).map(({ host_name }) => host_name).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('another S3', () => {
  const files = new Map<string, string>();
  const remote: RemoteObjects = {
    head: async (bucket, key) => {
      if (bucket === 'secret') throw new StoreAccessError('no');
      const text = files.get(`${bucket}/${key}`);
      return text === undefined ? undefined : { sizeBytes: text.length, etag: text };
    },
    async *read(bucket, key, etag) {
      const text = files.get(`${bucket}/${key}`);
      if (text !== etag) throw new RemoteObjectChangedError(bucket, key);
      yield Buffer.from(text);
    },
  };
  const open = () => openImportWorld({ remote, remoteHost: 's3.elsewhere.example:9000' });
  const order = (importUrl: string) => ({ name: 'n', importUrl, ownHost: 'localhost:4620' });

  test('gives its files to imports, by either kind of URL', async () => {
    await using linked = await open();
    files.set('theirs/a b.csv', csv('HostName', 'web'));
    for (const url of [
      's3://theirs/a b.csv',
      'https://s3.elsewhere.example:9000/theirs/a%20b.csv',
      'https://theirs.s3.us-east-1.amazonaws.com/a+b.csv'.replace('+', '%20'),
    ]) {
      const { taskId } = await linked.imports.start(order(url));
      await linked.work();
      expect(await linked.task(taskId)).toMatchObject({ status: 'IMPORT_COMPLETE', serversImported: 1 });
    }
  });

  test('a file that changes before it is read is not imported', async () => {
    await using linked = await open();
    files.set('theirs/f.csv', csv('HostName', 'one'));
    const { taskId } = await linked.imports.start(order('s3://theirs/f.csv'));
    files.set('theirs/f.csv', csv('HostName', 'two'));
    await linked.work();
    expect(await linked.task(taskId)).toMatchObject({ status: 'IMPORT_FAILED', serversImported: 0 });
  });

  test('says at once what is missing or may not be read', async () => {
    await using linked = await open();
    await expect(linked.imports.start(order('s3://theirs/none'))).rejects.toThrow('There is no file at');
    await expect(linked.imports.start(order('s3://secret/x'))).rejects.toThrow('cannot be read');
    await expect(linked.imports.start(order('https://example.com/a/b'))).rejects.toThrow('not the URL of an object');
    await expect(linked.imports.start(order('ftp://example.com/a/b'))).rejects.toThrow('not the URL of an object');
    await expect(world.imports.start(order('s3://theirs/f.csv'))).rejects.toThrow('no other S3 is configured');
  });
});
