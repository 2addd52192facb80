/** What one translation carries along: fresh names, and the choices that only the binder can make. */

/**
 * Where the text does not tell a map from an array of rows, or a text from an array, one translation assumes one thing;
 * the caller tries them in turn (athena-sql reference, 5.1 and 3.2).
 */
export interface Assumptions {
  readonly unnestsRows: boolean;
  readonly reversesArrays: boolean;
}

export class RewriteContext {
  readonly assumptions: Assumptions;
  /** Whether an assumption was used, so that another would give another text. */
  usedUnnest = false;
  usedReverse = false;
  #names = 0;

  constructor(assumptions: Assumptions) {
    this.assumptions = assumptions;
  }

  /** A name for a lambda's parameter that nothing else bears. */
  freshName(): string {
    this.#names++;
    return `periplus_p${this.#names}`;
  }
}
