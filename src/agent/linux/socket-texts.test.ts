import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseNetworkOrderAddress, parseSocketAddress } from './addresses.ts';
import { parseSocketTable } from './socket-texts.ts';

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1059 1 0000000000000000 100 0 0 10 0
   1: 0A01A8C0:0016 050113AC:D431 01 00000024:00000000 01:00000017 00000000     0        0 20001 4 0000000000000000 24 4 31 10 -1
   2: 0A01A8C0:8F12 08080808:01BB 06 00000000:00000000 03:00000BB8 00000000     0        0 0 3 0000000000000000
   3: 0A01A8C0:8F13 08080808:01BB 03 00000000:00000000 03:00000BB8 00000000     0        0 77 3 0000000000000000
 104: 0100007F:1F90 0100007F:A001 08 00000000:00000000 00:00000000 00000000  1000        0 20002 1 0000000000000000 20 4 30 10 -1
`;

test('listening ports, connected sockets and their inodes are told apart; half-open ones are left out', () => {
  const table = parseSocketTable(TCP, 'TCP', true);
  expect([...table.listeningPorts]).toEqual([22]);
  expect(table.connected).toEqual([
    {
      family: 'IPv4',
      localIp: '192.168.1.10',
      localPort: 22,
      remoteIp: '172.19.1.5',
      remotePort: 54321,
      state: 'ESTABLISHED',
      inode: '20001',
    },
    {
      family: 'IPv4',
      localIp: '192.168.1.10',
      localPort: 36626,
      remoteIp: '8.8.8.8',
      remotePort: 443,
      state: 'TIME_WAIT',
      inode: '0',
    },
    {
      family: 'IPv4',
      localIp: '127.0.0.1',
      localPort: 8080,
      remoteIp: '127.0.0.1',
      remotePort: 40961,
      state: 'CLOSE_WAIT',
      inode: '20002',
    },
  ]);
});

test('unconnected datagram sockets take from anyone, so their port listens', () => {
  const udp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  441: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 9001 2 0000000000000000 0
  442: 0A01A8C0:C001 08080808:0035 01 00000000:00000000 00:00000000 00000000   101        0 9002 2 0000000000000000 0
`;
  const table = parseSocketTable(udp, 'UDP', true);
  expect([...table.listeningPorts]).toEqual([53]);
  expect(table.connected.map((socket) => `${socket.remoteIp}:${socket.remotePort}`)).toEqual(['8.8.8.8:53']);
});

test('IPv4 inside IPv6 is IPv4', () => {
  const text =
    '   0: 0000000000000000FFFF00000A01A8C0:0050 0000000000000000FFFF0000050113AC:C000 01 0:0 0:0 0     0        0 5 1 0 20\n';
  expect(parseSocketTable(text, 'TCP', true).connected[0]).toMatchObject({
    family: 'IPv4',
    localIp: '192.168.1.10',
    remoteIp: '172.19.1.5',
  });
});

test.each([
  ['B80D0120000000000000000001000000', '2001:db8::1'],
  ['00000000000000000000000001000000', '::1'],
  ['00000000000000000000000000000000', '::'],
  ['000080FE00000000FF00FC00010000FE', 'fe80::fc:ff:fe00:1'],
])('%s is %s', (hex, ip) => {
  expect(parseSocketAddress(hex, true)).toEqual({ family: 'IPv6', ip });
});

test('big-endian hosts print words the other way round', () => {
  expect(parseSocketAddress('C0A8010A', false).ip).toBe('192.168.1.10');
});

test('every IPv6 address is written in the one short form of RFC 5952', () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  });
  fc.assert(
    fc.property(groups, (words) => {
      const hex = words.map((word) => word.toString(16).padStart(4, '0')).join('');
      const text = parseNetworkOrderAddress(hex);
      if (!text.includes(':')) return;
      expect(isIPv6(text)).toBe(true);
      // The URL parser has its own writer of the same form.
      const [, expected = ''] =
        /^\[(.*)\]$/.exec(new URL(`http://[${words.map((word) => word.toString(16)).join(':')}]/`).hostname) ?? [];
      expect(text).toBe(expected);
    }),
  );
});

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseSocketTable(text, 'TCP', true)));
});
