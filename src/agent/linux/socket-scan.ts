// Connected sockets of the host and of the network namespaces (containers) its processes live in: each namespace has
// its own tables, readable through any process inside it.

import type { SocketSighting } from '../sampling/host-source.ts';
import { readKernelText } from './kernel-files.ts';
import type { ProcessScan } from './process-scan.ts';
import type { SocketOwners } from './socket-owners.ts';
import { type ConnectedSocket, parseSocketTable } from './socket-texts.ts';

const TABLES = [
  { protocol: 'TCP', files: ['tcp', 'tcp6'] },
  { protocol: 'UDP', files: ['udp', 'udp6'] },
] as const;

interface FoundSocket {
  namespace: string;
  protocol: 'TCP' | 'UDP';
  socket: ConnectedSocket;
  localPortListens: boolean;
}

export function readConnectedSockets(
  procRoot: string,
  processes: ProcessScan,
  owners: SocketOwners,
  isLittleEndian: boolean,
): SocketSighting[] {
  const found = [...readNamespace(`${procRoot}/net`, '', isLittleEndian)];
  for (const [namespace, pid] of processes.foreignNetworks()) {
    found.push(...readNamespace(`${procRoot}/${pid}/net`, namespace, isLittleEndian));
  }
  const ownerOf = owners.resolve(
    found.map(({ socket }) => socket.inode),
    processes,
  );
  return found.map(({ namespace, protocol, socket, localPortListens }) => {
    const { inode, ...rest } = socket;
    return { namespace, protocol, ...rest, processId: ownerOf.get(inode) ?? null, localPortListens };
  });
}

function* readNamespace(folder: string, namespace: string, isLittleEndian: boolean): Generator<FoundSocket> {
  for (const { protocol, files } of TABLES) {
    const tables = files.map((file) =>
      parseSocketTable(readKernelText(`${folder}/${file}`) ?? '', protocol, isLittleEndian),
    );
    // A socket that listens on every IPv6 address takes IPv4 too, so ports of both families count for both.
    const listening = new Set(tables.flatMap((table) => [...table.listeningPorts]));
    for (const { connected } of tables) {
      for (const socket of connected) {
        yield { namespace, protocol, socket, localPortListens: listening.has(socket.localPort) };
      }
    }
  }
}
