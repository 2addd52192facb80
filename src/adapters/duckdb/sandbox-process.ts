/**
 * The program of a sandbox process: gets DuckDB and the dialect warm, says so, and serves statements one after the other,
 * each in a database that is opened for it and closed after it. It ends by itself when the server is gone.
 */
import type { SqlCatalogListing } from '../../ports/sql-engine.ts';
import type { FromSandbox, TableAnswer, TableName, ToSandbox } from './sandbox-protocol.ts';
import { SandboxSession } from './sandbox-session.ts';

let receive: (message: ToSandbox) => void = () => {};

// An orderly exit would wait for the statement that nobody wants any more.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (message: ToSandbox) => receive(message));

let session = await SandboxSession.open();
await session.rehearse();
awaitJob();

function awaitJob(): void {
  receive = (message) => {
    if (message.kind === 'run') serve(message);
  };
  send({ kind: 'ready' });
}

/** After a failure nothing follows: the server ends this process. */
async function serve({ job }: Extract<ToSandbox, { kind: 'run' }>): Promise<void> {
  try {
    send({ kind: 'done', outcome: await session.run(job, { resolve, listCatalog }) });
  } catch (error) {
    const { category, message } = session.failure(error, job);
    return send({ kind: 'failed', category, message });
  }
  session.close();
  session = await SandboxSession.open();
  awaitJob();
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
