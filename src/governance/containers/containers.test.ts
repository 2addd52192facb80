import { expect, test } from 'vitest';
import { connectionTypeOf, patchProperties, refuseUnsupported } from './connection-properties.ts';
import { DOMAIN_MACHINE } from './domain-states.ts';
import { ENVIRONMENT_MACHINE, type EnvironmentEvent } from './environment-states.ts';
import { readMember } from './memberships.ts';
import { refuseForeignPlace } from './own-place.ts';
import { PROJECT_MACHINE } from './project-states.ts';

test('what is being deleted takes nothing but being deleted again', () => {
  for (const machine of [DOMAIN_MACHINE, PROJECT_MACHINE, ENVIRONMENT_MACHINE]) {
    const { delete: again, ...others } = machine.DELETING as Record<string, string | null>;
    expect(again).toBe('DELETING');
    expect(Object.values(others).every((state) => state === null)).toBe(true);
  }
});

test('an environment that is busy settles, and takes nothing else', () => {
  const events: EnvironmentEvent[] = ['settle', 'fault', 'update', 'delete'];
  for (const state of ['CREATING', 'UPDATING'] as const)
    expect(events.filter((event) => ENVIRONMENT_MACHINE[state][event] !== null)).toEqual(['settle', 'fault']);
});

test('a secret is found at any depth, and one that is not given is none', () => {
  const kind = 'redshiftProperties';
  const credentials = { usernamePassword: { username: 'u', password: 'p' } };
  expect(() => refuseUnsupported({ kind, values: { credentials } })).toThrow('usernamePassword');
  expect(() => refuseUnsupported({ kind, values: { list: [{ oAuth2Credentials: {} }] } })).toThrow('oAuth2Credentials');
  expect(() => refuseUnsupported({ kind, values: { credentials: { usernamePassword: undefined } } })).not.toThrow();
});

test('a connection is of the type its properties say', () => {
  expect(connectionTypeOf({ kind: 's3Properties', values: {} })).toBe('S3');
  const glueConnectionInput = { connectionType: 'MYSQL' };
  expect(connectionTypeOf({ kind: 'glueProperties', values: { glueConnectionInput } })).toBe('MYSQL');
  expect(() => connectionTypeOf({ kind: 'workflowsServerlessProperties', values: {} })).toThrow('not supported');
});

test('a patch replaces what it says, and nothing of another kind', () => {
  const before = { kind: 'athenaProperties', values: { workgroupName: 'a', other: 1 } };
  expect(patchProperties(before, { kind: 'athenaProperties', values: { workgroupName: 'b' } }).values).toEqual({
    workgroupName: 'b',
    other: 1,
  });
  expect(() => patchProperties(before, { kind: 'iamProperties', values: {} })).toThrow('not of iamProperties');
});

test('the root user is one user, however it is named; a group of that name is a group', () => {
  const account = '123456789012';
  const arn = `arn:aws:iam::${account}:root`;
  expect(readMember(account, { type: 'USER', id: arn }).id).toMatch(/^[0-9a-f-]{36}$/);
  expect(readMember('999988887777', { type: 'USER', id: arn }).id).toBe(arn);
  expect(readMember(account, { type: 'GROUP', id: arn })).toEqual({ type: 'GROUP', id: arn });
});

test('only our own account and Region are a place', () => {
  const own = { accountId: '123456789012', region: 'us-west-2' };
  expect(() => refuseForeignPlace({}, own)).not.toThrow();
  expect(() => refuseForeignPlace({ awsAccountId: own.accountId, awsAccountRegion: own.region }, own)).not.toThrow();
  expect(() => refuseForeignPlace({ awsAccountId: '999988887777' }, own)).toThrow('account 123456789012');
  expect(() => refuseForeignPlace({ awsAccountRegion: 'us-west-1' }, own)).toThrow('region us-west-2');
});
