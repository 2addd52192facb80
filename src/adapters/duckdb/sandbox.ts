/**
 * The server's side of one sandbox process: spawned ahead of need, given one job, killed afterwards. A sandbox never
 * serves two statements, so nothing of one user's statement can reach the next.
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
  readonly #ready: Promise<void>;
  #stderr = '';
  #receive: (message: FromSandbox) => void = () => {};

  constructor() {
    this.#child = fork(PROGRAM, [], {
      // liftoff-only: a sandbox lives for one statement, so optimising the parser's code costs more than it gives
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
    this.#ready = this.#untilReady();
    // Awaited by whoever takes the sandbox; a spare that dies before that must not bring the server down.
    this.#ready.catch(() => {});
  }

  /** Resolves once DuckDB is loaded and the dialect is warm. */
  get ready(): Promise<void> {
    return this.#ready;
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

  onExit(listener: () => void): void {
    if (this.alive) this.#child.once('exit', listener);
    else listener();
  }

  /** Resolves when the process is gone. */
  ended(): Promise<void> {
    return new Promise((resolve) => this.onExit(resolve));
  }

  /** SIGKILL: a statement in the middle of native code hears nothing less. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #untilReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.on('message', (message: FromSandbox) => {
        if (message.kind === 'ready') resolve();
        else this.#receive(message);
      });
      // Stays on: a send to a process that has just died reports here, and an unheard error would end the server.
      this.#child.on('error', reject);
      this.#child.once('exit', () => reject(new Error(`The sandbox process ended early: ${this.#stderr}`)));
    });
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
