/** What services give the wire: a handler per operation, of modelled types, that sees no HTTP. */

export interface CallContext {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  readonly accountId: string;
  /** The region the caller signed for. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly nowMs: number;
  /** `scheme://host` as the client addressed us: what absolute links in answers start with. */
  readonly endpoint: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export type Handler<I, O> = (input: I, ctx: CallContext) => Promise<O>;

export type Handlers<Ops extends { [K in keyof Ops]: { input: unknown; output: unknown } }> = {
  readonly [K in keyof Ops]?: Handler<Ops[K]['input'], Ops[K]['output']>;
};

/** Handlers of any service: each is called with the input its own operation parsed. */
export type AnyHandlers = Readonly<Record<string, Handler<never, unknown> | undefined>>;
