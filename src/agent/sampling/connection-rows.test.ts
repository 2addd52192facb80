import { expect, test } from 'vitest';
import { ConnectionMemory, createConnectionRow } from './connection-rows.ts';
import type { SocketSighting } from './host-source.ts';

function socket(changes: Partial<SocketSighting> = {}): SocketSighting {
  return {
    namespace: '',
    protocol: 'TCP',
    family: 'IPv4',
    localIp: '10.0.0.1',
    localPort: 22,
    remoteIp: '10.0.0.2',
    remotePort: 50_000,
    state: 'ESTABLISHED',
    processId: '77',
    localPortListens: true,
    ...changes,
  };
}

test('a port that listens is the destination, any other the source', () => {
  const memory = new ConnectionMemory(10);
  const [inbound, outbound] = memory.observe([socket(), socket({ localPort: 40_000, localPortListens: false })]);
  expect(inbound?.direction).toBe('inbound');
  expect(createConnectionRow(inbound!, 0)).toEqual({
    source_ip: '10.0.0.2',
    source_port: 50_000,
    destination_ip: '10.0.0.1',
    destination_port: 22,
    ip_version: 'IPv4',
    transport_protocol: 'TCP',
    agent_assigned_process_id: '77',
    agent_creation_date: '1970-01-01T00:00:00.000Z',
  });
  expect(outbound?.direction).toBe('outbound');
  expect(createConnectionRow(outbound!, 0)).toMatchObject({ source_ip: '10.0.0.1', source_port: 40_000 });
});

test('who is still knocking is the opener, whoever listens on that port', () => {
  expect(new ConnectionMemory(10).observe([socket({ state: 'SYN_SENT' })])[0]?.direction).toBe('outbound');
});

test('a conversation of the host with itself over loopback is no row', () => {
  const memory = new ConnectionMemory(10);
  expect(memory.observe([socket({ localIp: '127.0.0.1', remoteIp: '127.0.0.53' })])).toEqual([]);
  expect(memory.observe([socket({ family: 'IPv6', localIp: '::1', remoteIp: '::1' })])).toEqual([]);
  expect(memory.observe([socket({ localIp: '10.0.0.1', remoteIp: '10.0.0.1' })])).toHaveLength(1);
});

test('a closing connection keeps key, owner and direction of its life', () => {
  const memory = new ConnectionMemory(10);
  const [open] = memory.observe([socket()]);
  const [closing] = memory.observe([socket({ state: 'TIME_WAIT', processId: null, localPortListens: false })]);
  expect(closing).toMatchObject({ key: open?.key, direction: 'inbound', processId: '77' });
  memory.observe([]);
  const [unknown] = memory.observe([socket({ state: 'TIME_WAIT', processId: null })]);
  expect(unknown?.processId).toBeNull();
});

test('connections that differ in source port or namespace stay apart', () => {
  const seen = new ConnectionMemory(10).observe([
    socket(),
    socket({ remotePort: 50_001 }),
    socket({ namespace: '4026532' }),
  ]);
  expect(new Set(seen.map((connection) => connection.key)).size).toBe(3);
});
