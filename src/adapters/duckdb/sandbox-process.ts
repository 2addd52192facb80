/**
 * The program of a sandbox process: gets DuckDB and the dialect warm, says so, serves one statement, and is killed. It
 * ends by itself when the server is gone.
 */
import type { SqlCatalogListing } from '../../ports/sql-engine.ts';
import type { FromSandbox, TableAnswer, TableName, ToSandbox } from './sandbox-protocol.ts';
import { SandboxSession } from './sandbox-session.ts';

let receive: (message: ToSandbox) => void = () => {};

// An orderly exit would wait for the statement that nobody wants any more.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (message: ToSandbox) => receive(message));

const session = await SandboxSession.open();
receive = (message) => {
  if (message.kind === 'run') serve(message);
};
send({ kind: 'ready' });

async function serve({ job }: Extract<ToSandbox, { kind: 'run' }>): Promise<void> {
  try {
    send({ kind: 'done', outcome: await session.run(job, { resolve, listCatalog }) });
  } catch (error) {
    const { category, message } = session.failure(error, job);
    send({ kind: 'failed', category, message });
  }
}

async function resolve(names: readonly TableName[]): Promise<readonly TableAnswer[]> {
  const reply = await ask({ kind: 'resolve', names });
  return reply.kind === 'resolved' ? reply.answers : [];
}

async function listCatalog(): Promise<SqlCatalogListing> {
  const reply = await ask({ kind: 'list-catalog' });
  return reply.kind === 'catalog' ? reply.listing : { databases: [], tables: [] };
}

function ask(message: FromSandbox): Promise<ToSandbox> {
  return new Promise((resolve) => {
    receive = resolve;
    send(message);
  });
}

function send(message: FromSandbox): void {
  process.send?.(message);
}
