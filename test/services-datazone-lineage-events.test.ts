import {
  GetLineageEventCommand,
  ListLineageEventsCommand,
  type ListLineageEventsCommandInput,
  PostLineageEventCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '../src/core/time.ts';
import { type DataZoneWorld, makeProject, openDataZone } from './datazone-world.ts';
import { dataset, getNode, post, runEvent } from './lineage-events.ts';
import { refusal } from './services-world.ts';

let world: DataZoneWorld;
let domainIdentifier: string;
beforeEach(async () => {
  world = await openDataZone();
  ({ domainIdentifier } = await makeProject(world.client));
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

async function list(filters: Partial<ListLineageEventsCommandInput> = {}) {
  return world.client.send(new ListLineageEventsCommand({ domainIdentifier, ...filters }));
}

test('an event is answered with its id, and given back to the byte', async () => {
  const text = `{ "job":{"name":"n","namespace":"é"},\n"eventTime":"2024-07-01T14:00:00.123456+02:00",
    "run":{"runId":"r"},"eventType":"START","unknown":[1.10, 1e2]}  `;
  const posted = await world.client.send(new PostLineageEventCommand({ domainIdentifier, event: Buffer.from(text) }));
  expect(posted).toMatchObject({ domainId: domainIdentifier, id: expect.stringMatching(/^[a-z0-9]{14}$/) });
  const identifier = posted.id as string;
  const headers: Record<string, string> = {};
  world.client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      Object.assign(headers, (result.response as { headers: Record<string, string> }).headers);
      return result;
    },
    { step: 'deserialize', name: 'headers' },
  );
  const found = await world.client.send(new GetLineageEventCommand({ domainIdentifier, identifier }));
  expect(Buffer.from(found.event as Uint8Array).toString()).toBe(text);
  expect(found).toMatchObject({ id: identifier, domainId: domainIdentifier, processingStatus: 'SUCCESS' });
  expect(headers).toMatchObject({
    'domain-id': domainIdentifier,
    id: identifier,
    'created-by': found.createdBy,
    'processing-status': 'SUCCESS',
    'event-time': 'Mon, 01 Jul 2024 12:00:00 GMT',
    'created-at': new Date(world.clock.nowMs()).toUTCString(),
  });
});

test('a token that comes again answers the first event, and makes no second one', async () => {
  const event = JSON.stringify(runEvent());
  const first = await post(world.client, domainIdentifier, event, 'token-1');
  expect(await post(world.client, domainIdentifier, event, 'token-1')).toBe(first);
  expect((await list()).items).toHaveLength(1);
  expect(await refusal(post(world.client, domainIdentifier, `${event} `, 'token-1'))).toMatchObject({
    name: 'ConflictException',
    status: 409,
  });
  world.clock.advance(DAY_MS);
  expect(await post(world.client, domainIdentifier, event, 'token-1')).not.toBe(first);
});

test.each([
  ['text that is not JSON', '{'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['a list', '[]'],
  ['a dataset event', { eventTime: '2024-07-01T12:00:00Z', dataset: { namespace: 'a', name: 'b' } }],
  ['a job event', { eventTime: '2024-07-01T12:00:00Z', job: { namespace: 'a', name: 'b' }, inputs: [] }],
  ['a run without an id', { ...runEvent(), run: {} }],
  ['a job without a name', { ...runEvent(), job: { namespace: 'a' } }],
  ['a job without a namespace', { ...runEvent(), job: { name: 'a' } }],
  ['no event time', { ...runEvent(), eventTime: undefined }],
  ['an event time without a zone', { ...runEvent(), eventTime: '2024-07-01T12:00:00' }],
  ['no event type', { ...runEvent(), eventType: undefined }],
  ['an unknown event type', { ...runEvent(), eventType: 'DONE' }],
  ['101 levels', { ...runEvent(), deep: nested(101) }],
])('%s is refused at once', async (_, event) => {
  const body = Buffer.isBuffer(event) ? event : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const call = world.client.send(new PostLineageEventCommand({ domainIdentifier, event: body }));
  expect(await refusal(call)).toMatchObject({ name: 'ValidationException', status: 400 });
  expect((await list()).items).toEqual([]);
});

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

test('an event may have 300 000 bytes, and not one more', async () => {
  const bare = JSON.stringify({ ...runEvent(), fill: '' }).length;
  const sized = (bytes: number) => JSON.stringify({ ...runEvent(), fill: 'x'.repeat(bytes - bare) });
  await post(world.client, domainIdentifier, sized(300_000));
  expect(await refusal(post(world.client, domainIdentifier, sized(300_001)))).toMatchObject({
    name: 'ValidationException',
    status: 400,
  });
});

test('a run event that no graph can be made of is kept as FAILED, and leaves no node', async () => {
  const outputs = [{ name: 'without a namespace' }];
  const identifier = await post(world.client, domainIdentifier, runEvent({ outputs }));
  const found = await world.client.send(new GetLineageEventCommand({ domainIdentifier, identifier }));
  expect(found.processingStatus).toBe('FAILED');
  expect(await refusal(getNode(world.client, domainIdentifier, 'ns.job'))).toMatchObject({
    name: 'ResourceNotFoundException',
    message: "The given LineageNode doesn't exist. Try creating LineageNode before accessing it.",
  });
});

test('an event may name 500 datasets, and not one more', async () => {
  const named = (count: number) => Array.from({ length: count }, (_, at) => dataset(`t${at}`));
  const statusOf = async (count: number) => {
    const identifier = await post(world.client, domainIdentifier, runEvent({ inputs: named(count) }));
    return (await world.client.send(new GetLineageEventCommand({ domainIdentifier, identifier }))).processingStatus;
  };
  expect(await statusOf(500)).toBe('SUCCESS');
  expect(await statusOf(501)).toBe('FAILED');
  expect((await getNode(world.client, domainIdentifier, 'ns.job/run-1')).upstreamNodes).toHaveLength(100);
});

test('events are listed by event time, filtered and paged', async () => {
  const times = ['2024-01-03', '2024-01-01', '2024-01-02'].map((day) => `${day}T00:00:00.000Z`);
  for (const time of times) await post(world.client, domainIdentifier, runEvent({ time, inputs: [dataset('a')] }));
  await post(world.client, domainIdentifier, runEvent({ time: '2024-01-04T00:00:00.000Z', outputs: [1] }));
  const days = async (filters: Partial<ListLineageEventsCommandInput>) =>
    (await list(filters)).items?.map((item) => item.eventTime?.getUTCDate());
  expect(await days({})).toEqual([4, 3, 2, 1]);
  expect(await days({ sortOrder: 'ASCENDING' })).toEqual([1, 2, 3, 4]);
  expect(await days({ processingStatus: 'FAILED' })).toEqual([4]);
  expect(await days({ processingStatus: 'REQUESTED' })).toEqual([]);
  const between = { timestampAfter: new Date(times[1] as string), timestampBefore: new Date(times[0] as string) };
  expect(await days(between)).toEqual([2]);
  const first = await list({ maxResults: 3 });
  const second = await list({ maxResults: 3, nextToken: first.nextToken });
  expect(second.items?.map((item) => item.eventTime?.getUTCDate())).toEqual([1]);
  expect(second.nextToken).toBeUndefined();
  expect(first.items?.[1]).toMatchObject({
    domainId: domainIdentifier,
    processingStatus: 'SUCCESS',
    eventSummary: {
      openLineageRunEventSummary: {
        eventType: 'COMPLETE',
        runId: 'run-1',
        job: { namespace: 'ns', name: 'job' },
        inputs: [{ namespace: 'db', name: 'a' }],
        outputs: [],
      },
    },
  });
  const call = list({ maxResults: 3, nextToken: first.nextToken, sortOrder: 'ASCENDING' });
  expect(await refusal(call)).toMatchObject({ name: 'ValidationException' });
});

test('what is not there is said as each operation declares it', async () => {
  const identifier = 'aaaaaaaaaaaaaa';
  const get = world.client.send(new GetLineageEventCommand({ domainIdentifier, identifier }));
  expect(await refusal(get)).toMatchObject({
    name: 'ResourceNotFoundException',
    message: "The given LineageEvent doesn't exist. Try creating LineageEvent before accessing it.",
  });
  const domain = 'dzd_nothing';
  expect(await refusal(post(world.client, domain, runEvent()))).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refusal(list({ domainIdentifier: domain }))).toMatchObject({ name: 'AccessDeniedException' });
  const posted = await post(world.client, domainIdentifier, runEvent());
  const foreign = world.otherClient.send(new GetLineageEventCommand({ domainIdentifier, identifier: posted }));
  expect(await refusal(foreign)).toMatchObject({ name: 'ResourceNotFoundException' });
});
