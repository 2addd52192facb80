/**
 * An error the caller is meant to see. `code` is the shape name of the service model (`ResourceNotFoundException`)
 * and `fields` are the further members of that shape. Services declare one subclass per modelled error they raise;
 * the wire is the only place that turns one into an answer. Anything else that is thrown is our fault and becomes
 * the service's internal error.
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.fields = fields;
  }
}

/** States a fact the code relies on. A failure is a programmer's error: it is never caught and mapped. */
export function assert(condition: unknown, fact: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${fact}`);
}
