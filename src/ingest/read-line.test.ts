import { expect, test } from 'vitest';
import { BATCH_BYTES_MAX, LINE_BYTES_TARGET } from './limits.ts';
import { readLine } from './read-line.ts';
import { InstantReader } from './timestamps.ts';

const NOW_MS = Date.parse('2026-01-02T03:04:05.678Z');

function lineOfBytes(bytes: number): Buffer {
  const rows = 1000;
  const fixed = { agent_assigned_process_id: Array(rows).fill('1'), cmd_line: Array(rows).fill('') };
  const time = new Date(NOW_MS).toISOString();
  const columns = { ...fixed, agent_provided_timestamp: Array(rows).fill(time) };
  const missing = bytes - JSON.stringify({ table: 'processes_agent', columns }).length;
  const texts = Array.from({ length: rows }, (_, row) => {
    const share = Math.floor(missing / rows) + (row < missing % rows ? 1 : 0);
    return 'x'.repeat(share);
  });
  return Buffer.from(JSON.stringify({ table: 'processes_agent', columns: { ...columns, cmd_line: texts } }));
}

// A roll reads lines up to 20 MiB: one that is longer would stop the lake.
test('a line longer than a batch, as JSON rows may make it, is cut into lines that a roll can read', () => {
  const context = { agentId: 'o-1', nowMs: NOW_MS, instants: new InstantReader(), refused: false };
  const read = (bytes: Buffer) => readLine(bytes, bytes.toString(), context).accepted;
  expect(read(lineOfBytes(BATCH_BYTES_MAX))).toHaveLength(1);
  const cut = read(lineOfBytes(BATCH_BYTES_MAX + 1));
  expect(cut.reduce((sum, line) => sum + line.rows, 0)).toBe(1000);
  for (const line of cut) {
    const bytes = line.bytes.reduce((sum, part) => sum + part.byteLength, 0);
    expect(bytes).toBeLessThan(LINE_BYTES_TARGET + 1024);
  }
});
