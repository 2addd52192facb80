// Direction and thinning key of a connection (agents.md §4.3). A connection keeps the owner and the direction it was
// first seen with, because a closing socket loses its owner, and a listener may stop before its connections do.

import { type ConnectionRow, formatSampleTime } from '../lake-rows.ts';
import type { SocketSighting } from './host-source.ts';

export type Direction = 'inbound' | 'outbound';

export interface Connection {
  key: string;
  direction: Direction;
  socket: SocketSighting;
  processId: string | null;
}

interface Remembered {
  direction: Direction;
  processId: string | null;
}

export class ConnectionMemory {
  readonly #keysMax: number;
  #known = new Map<string, Remembered>();

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** The connections of one whole scan. What a scan does not see is forgotten. */
  observe(sockets: readonly SocketSighting[]): Connection[] {
    const known = new Map<string, Remembered>();
    const connections: Connection[] = [];
    for (const socket of sockets) {
      if (isLoopback(socket.localIp) && isLoopback(socket.remoteIp)) continue;
      const tuple = formatTuple(socket);
      const earlier = this.#known.get(tuple);
      const direction = earlier?.direction ?? directionOf(socket);
      const processId = socket.processId ?? earlier?.processId ?? null;
      if (known.size < this.#keysMax) known.set(tuple, { direction, processId });
      connections.push({ key: `${processId ?? ''}|${tuple}`, direction, socket, processId });
    }
    this.#known = known;
    return connections;
  }
}

export function createConnectionRow(connection: Connection, timeMs: number): ConnectionRow {
  const { socket } = connection;
  const local = { ip: socket.localIp, port: socket.localPort };
  const remote = { ip: socket.remoteIp, port: socket.remotePort };
  const [source, destination] = connection.direction === 'inbound' ? [remote, local] : [local, remote];
  return {
    source_ip: source.ip,
    source_port: source.port,
    destination_ip: destination.ip,
    destination_port: destination.port,
    ip_version: socket.family,
    transport_protocol: socket.protocol,
    agent_assigned_process_id: connection.processId,
    agent_creation_date: formatSampleTime(timeMs),
  };
}

// SYN_SENT is the one state that only the opening side can be in, whoever else listens on that port.
function directionOf(socket: SocketSighting): Direction {
  return socket.localPortListens && socket.state !== 'SYN_SENT' ? 'inbound' : 'outbound';
}

function formatTuple(socket: SocketSighting): string {
  const { namespace, protocol, localIp, localPort, remoteIp, remotePort } = socket;
  return `${namespace}|${protocol}|${localIp}|${localPort}|${remoteIp}|${remotePort}`;
}

export function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.');
}
