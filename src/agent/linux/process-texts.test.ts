import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseProcessName, parseCmdLine, parseExePath, parseProcessStat, parseStatusUid } from './process-texts.ts';

function statLine(comm: string, { state = 'S', flags = 0, start = 4242 } = {}): string {
  const after = [state, 1, 7, 7, 0, -1, flags, ...Array.from({ length: 12 }, () => 0), start];
  return `7 (${comm}) ${[...after, ...Array.from({ length: 30 }, (_, index) => index)].join(' ')}\n`;
}

test('names may hold brackets, blanks and line ends', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), (comm) => {
      const stat = parseProcessStat(statLine(comm));
      expect(stat?.comm).toBe(comm);
      expect(stat?.startTicks).toBe('4242');
    }),
  );
  expect(parseProcessStat(statLine(') S 1 (x'))?.comm).toBe(') S 1 (x');
});

test('kernel threads and zombies are told', () => {
  expect(parseProcessStat(statLine('kthreadd', { flags: 0x208040 }))?.isKernelThread).toBe(true);
  expect(parseProcessStat(statLine('bash', { flags: 0x400100 }))?.isKernelThread).toBe(false);
  expect(parseProcessStat(statLine('bash', { state: 'Z' }))?.isZombie).toBe(true);
});

test('a cut or foreign text is no process', () => {
  expect(parseProcessStat('')).toBeNull();
  expect(parseProcessStat('no brackets')).toBeNull();
});

test('the owner is the real user', () => {
  expect(parseStatusUid('Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t5\t5\t5\t5\n')).toBe(1000);
  expect(parseStatusUid('')).toBeNull();
});

test('arguments are joined by blanks; an empty command line is unknown', () => {
  expect(parseCmdLine('/usr/bin/java\0-Xmx1g\0-jar\0app.jar\0')).toBe('/usr/bin/java -Xmx1g -jar app.jar');
  expect(parseCmdLine('nginx: worker process\0\0\0\0')).toBe('nginx: worker process');
  expect(parseCmdLine('')).toBeNull();
});

test('a command line never takes more of a row than half of what the protocol allows', () => {
  const unit = fc.constantFrom('a', '\u0001', 'é', '漢', '😀', '"', '\\');
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 400 }), fc.integer({ min: 1, max: 300 }), (units, times) => {
      const cut = parseCmdLine(`x${units.join('').repeat(times)}`) ?? '';
      expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(32 * 1024);
      expect(cut.isWellFormed()).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a replaced program keeps its path', () => {
  expect(parseExePath('/usr/sbin/sshd (deleted)')).toBe('/usr/sbin/sshd');
});

test('names cut by the kernel are completed from path or first argument', () => {
  expect(chooseProcessName('bash', '/usr/bin/bash', 'bash')).toBe('bash');
  expect(chooseProcessName('systemd-journal', '/usr/lib/systemd/systemd-journald', null)).toBe('systemd-journald');
  expect(chooseProcessName('gunicorn-worker', '/usr/bin/python3.11', '/opt/gunicorn-worker-1 app')).toBe(
    'gunicorn-worker-1',
  );
  expect(chooseProcessName('MainThread', '/usr/bin/node', 'node app.js')).toBe('node');
  expect(chooseProcessName('kworker/u8:0-ev', null, null)).toBe('kworker/u8:0-ev');
});
