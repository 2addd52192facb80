/** Keeps sandboxes that are ready before anyone asks, so that a statement pays neither for DuckDB nor for the dialect. */
import { Sandbox } from './sandbox.ts';

/** Statements that one process serves: what it may have leaked by then goes with it. */
const STATEMENTS_MAX = 50;

export class SandboxPool implements AsyncDisposable {
  readonly #sparesMax: number;
  readonly #spares: Sandbox[] = [];
  readonly #taken = new Set<Sandbox>();
  #closed = false;

  constructor(sparesMax: number) {
    this.#sparesMax = sparesMax;
    this.#fill();
  }

  /** A sandbox of one's own, warm when a spare was there. The caller gives it back with `release`. */
  take(): Sandbox {
    if (this.#closed) throw new Error('The SQL engine is closed');
    const spare = this.#spares.shift();
    const sandbox = spare?.alive ? spare : new Sandbox();
    this.#taken.add(sandbox);
    return sandbox;
  }

  /** Keeps a sandbox that answered well as a spare, and ends any other. */
  release(sandbox: Sandbox, isWell: boolean): void {
    this.#taken.delete(sandbox);
    const isKept = isWell && sandbox.alive && sandbox.served < STATEMENTS_MAX && this.#spares.length < this.#sparesMax;
    if (isKept && !this.#closed) this.#spares.push(sandbox);
    else sandbox.kill();
    if (!this.#closed) this.#fill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const all = [...this.#spares, ...this.#taken];
    for (const sandbox of all) sandbox.kill();
    await Promise.all(all.map((sandbox) => sandbox.ended()));
  }

  #fill(): void {
    for (let i = this.#spares.length - 1; i >= 0; i--) if (!this.#spares[i]?.alive) this.#spares.splice(i, 1);
    while (this.#spares.length < this.#sparesMax) this.#spares.push(new Sandbox());
  }
}
