// /proc/net/{tcp,tcp6,udp,udp6}: text to sockets, no I/O.

import type { TrackedState } from '../sampling/host-source.ts';
import { parseSocketAddress } from './addresses.ts';

const STATES: Readonly<Record<string, TrackedState>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '08': 'CLOSE_WAIT',
};
const LISTEN = '0A';
/** A datagram socket that is bound but not connected takes from anyone. */
const UNCONNECTED = '07';

export interface ConnectedSocket {
  family: 'IPv4' | 'IPv6';
  localIp: string;
  localPort: number;
  remoteIp: string;
  remotePort: number;
  state: TrackedState;
  /** `0` once the process has let go of it. */
  inode: string;
}

export interface SocketTable {
  connected: ConnectedSocket[];
  listeningPorts: Set<number>;
}

const LINE = /^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+)/gm;

export function parseSocketTable(text: string, protocol: 'TCP' | 'UDP', isLittleEndian: boolean): SocketTable {
  const table: SocketTable = { connected: [], listeningPorts: new Set() };
  const listening = protocol === 'TCP' ? LISTEN : UNCONNECTED;
  for (const match of text.matchAll(LINE)) {
    const [, localHex = '', localPortHex = '', remoteHex = '', remotePortHex = '', code = '', inode = ''] = match;
    const localPort = Number.parseInt(localPortHex, 16);
    const remotePort = Number.parseInt(remotePortHex, 16);
    if (code === listening) table.listeningPorts.add(localPort);
    const state = STATES[code];
    if (state === undefined || remotePort === 0) continue;
    const local = parseSocketAddress(localHex, isLittleEndian);
    const remote = parseSocketAddress(remoteHex, isLittleEndian);
    const { family } = local;
    table.connected.push({ family, localIp: local.ip, localPort, remoteIp: remote.ip, remotePort, state, inode });
  }
  return table;
}
