import { connect, type Socket } from 'node:net';

/** Sends the same request bytes over kept-alive connections, one at a time each: the cheapest client there is. */
export async function hammer(
  target: { host: string; port: number },
  request: Buffer,
  load: { connections: number; durationMs: number; requestsPerSecond: number },
): Promise<{ latenciesMs: number[]; seconds: number; failures: number }> {
  const latenciesMs: number[] = [];
  let failures = 0;
  const startedAt = performance.now();
  const pauseMs = load.requestsPerSecond === 0 ? 0 : (1000 * load.connections) / load.requestsPerSecond;
  const runOne = async (index: number): Promise<void> => {
    const socket = connect(target);
    socket.setNoDelay(true);
    const read = responsesOf(socket);
    for (let turn = 0; ; turn += 1) {
      const dueAt = startedAt + (turn + index / load.connections) * pauseMs;
      const wait = dueAt - performance.now();
      if (pauseMs > 0 && wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      const sentAt = performance.now();
      if (sentAt - startedAt >= load.durationMs) break;
      socket.write(request);
      if ((await read()) !== 200) failures += 1;
      latenciesMs.push(performance.now() - sentAt);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: load.connections }, (_, index) => runOne(index)));
  return { latenciesMs, seconds: (performance.now() - startedAt) / 1000, failures };
}

/** The status of the next response, when all of it has come. */
function responsesOf(socket: Socket): () => Promise<number> {
  let received: Buffer = Buffer.alloc(0);
  let settle: { resolve(status: number): void; reject(error: Error): void } | undefined;
  socket.on('error', (error) => settle?.reject(error));
  socket.on('close', () => settle?.reject(new Error('the server closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd === -1) return;
    const head = received.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (received.length < headEnd + 4 + length) return;
    received = received.subarray(headEnd + 4 + length);
    settle?.resolve(Number(head.slice(9, 12)));
  });
  return () => new Promise((resolve, reject) => (settle = { resolve, reject }));
}
