/**
 * The server's side of one sandbox process: spawned ahead of need and given one job at a time. For each job the process
 * opens a database of its own, so nothing of one statement can reach the next; a process in which a statement failed, was
 * cancelled or ran out of time or memory is killed (ADR 16).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromSandbox, ToSandbox } from './sandbox-protocol.ts';

const STDERR_CHARS_MAX = 4096;
const HEAP_MEBIBYTES_MAX = 1024;
// The same file extension as this module has: `.ts` from the sources, `.js` once emitted.
const PROGRAM = fileURLToPath(new URL(`./sandbox-process${extname(import.meta.url)}`, import.meta.url));

export class Sandbox {
  readonly #child: ChildProcess;
  #ready: PromiseWithResolvers<void>;
  #served = 0;
  #stderr = '';
  #receive: (message: FromSandbox) => void = () => {};

  constructor() {
    this.#child = fork(PROGRAM, [], {
      // liftoff-only: a sandbox serves few statements, so optimising the parser's code costs more than it gives
      // (measured: 380 MB and 190 ms for a first translation with, 200 MB and 100 ms without).
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        '--liftoff-only',
        `--max-old-space-size=${HEAP_MEBIBYTES_MAX}`,
      ],
      // Nothing of the server's environment goes along: it may hold secrets.
      env: { TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    this.#lowerPriority();
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS_MAX);
    });
    this.#ready = awaited();
    this.#listen();
  }

  /** Resolves once the process can take a job: DuckDB is loaded, the dialect is warm, a fresh database is open. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Statements it has answered. */
  get served(): number {
    return this.#served;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last words of the process, for the server's log; never shown to users. */
  get stderr(): string {
    return this.#stderr;
  }

  send(message: ToSandbox): void {
    if (this.#child.connected) this.#child.send(message);
  }

  onMessage(receive: (message: FromSandbox) => void): void {
    this.#receive = receive;
  }

  /** Returns what takes the listener back. */
  onExit(listener: () => void): () => void {
    if (!this.alive) listener();
    this.#child.once('exit', listener);
    return () => this.#child.off('exit', listener);
  }

  /** Resolves when the process is gone. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.onExit(resolve);
    });
  }

  /** SIGKILL: a statement in the middle of native code hears nothing less. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #listen(): void {
    this.#child.on('message', (message: FromSandbox) => {
      if (message.kind === 'ready') return this.#ready.resolve();
      if (message.kind === 'done') {
        // From here on it is ready again only when it says so; the word may be on its way already.
        this.#ready = awaited();
        this.#served += 1;
      }
      this.#receive(message);
    });
    const fail = (error: Error) => this.#ready.reject(error);
    // Stays on: a send to a process that has just died reports here, and an unheard error would end the server.
    this.#child.on('error', fail);
    this.#child.once('exit', () => fail(new Error(`The sandbox process ended early: ${this.#stderr}`)));
  }

  // Statements must not starve the door where data comes in.
  #lowerPriority(): void {
    try {
      if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // NOTE: a platform that does not allow it runs at normal priority.
    }
  }
}

/** Awaited by whoever takes the sandbox; a spare that dies before that must not bring the server down. */
function awaited(): PromiseWithResolvers<void> {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  return ready;
}
