import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesForBase36, deriveAgentId, deriveBase36, deriveServerId, formatUuid, takeBase36 } from './ids.ts';

test('ids follow from who the host is, and differ where anything differs', () => {
  const agentId = deriveAgentId('123456789012', 'machine', 0);
  expect(agentId).toMatch(/^o-[0-9a-z]{17}$/);
  expect(deriveAgentId('123456789012', 'machine', 0)).toBe(agentId);
  expect(deriveAgentId('123456789012', 'machine', 1)).not.toBe(agentId);
  expect(deriveAgentId('999999999999', 'machine', 0)).not.toBe(agentId);
  expect(deriveServerId('123456789012', agentId)).toMatch(/^d-server-0[0-9a-z]{13}$/);
});

test('parts are told apart: moving a character from one to the next makes another id', () => {
  expect(deriveBase36(17, 'ab', 'c')).not.toBe(deriveBase36(17, 'a', 'bc'));
});

test('random text has the length and the characters that were asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.infiniteStream(fc.nat(255)), (count, stream) => {
      const bytes = Uint8Array.from([...stream.take(bytesForBase36(count))]);
      expect(takeBase36(bytes, count)).toMatch(new RegExp(`^[0-9a-z]{${count}}$`));
    }),
  );
});

test('a UUID of any bytes is a version 4 UUID', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(formatUuid(bytes)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});
