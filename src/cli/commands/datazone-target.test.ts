import { expect, test } from 'vitest';
import type { AwsClient } from '../aws-client.ts';
import { findSource } from './datazone-target.ts';

const client = { call: async () => ({ domainId: 'made', dataSourceId: 'lake' }) } as unknown as AwsClient;

test('what is not named is what bootstrap made, in its own domain only', async () => {
  expect(await findSource(client, {})).toEqual({ domainId: 'made', dataSourceId: 'lake' });
  expect(await findSource(client, { dataSource: 's' })).toEqual({ domainId: 'made', dataSourceId: 's' });
  expect(await findSource(client, { domain: 'made' })).toEqual({ domainId: 'made', dataSourceId: 'lake' });
  expect(await findSource(client, { domain: 'd', dataSource: 's' })).toEqual({ domainId: 'd', dataSourceId: 's' });
  await expect(findSource(client, { domain: 'other' })).rejects.toThrow('--data-source');
});
