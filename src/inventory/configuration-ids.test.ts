import { expect, test } from 'vitest';
import { configurationTypeOf } from './configuration-ids.ts';

test.each([
  ['d-server-029yqlktuw2udm', 'SERVER'],
  ['d-server-0123456789abcdef0', 'SERVER'],
  ['d-process-029yqlktuw2udm', 'PROCESS'],
  ['d-connection-029yqlktuw2udm', 'CONNECTION'],
  ['d-application-0039038d504694533', 'APPLICATION'],
  ['', undefined],
  ['d-server-', undefined],
  ['d-server-029yqlktuw2ud', undefined],
  ['d-server-029yqlktuw2udm1', undefined],
  ['d-server-0123456789abcdefg', undefined],
  ['D-SERVER-029yqlktuw2udm', undefined],
  ['xd-server-029yqlktuw2udm', undefined],
  ['d-server-029yqlktuw2udm\n', undefined],
  ['d-agent-029yqlktuw2udm', undefined],
])('the type of %j is %s', (id, type) => {
  expect(configurationTypeOf(id)).toBe(type);
});
