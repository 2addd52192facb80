/**
 * `Expect: 100-continue`: the client keeps its body back until it is asked for, and asks it is by whoever begins to
 * read. Refused before that, the body never comes, so the connection cannot be used further.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

const asked = new WeakSet<IncomingMessage>();

/** Asks for the body when the client waits for that; once. */
export function askForBody(req: IncomingMessage, res: ServerResponse): void {
  if (!isHeldBack(req)) return;
  asked.add(req);
  res.writeContinue();
}

/** The client waits to be asked for its body. */
export function isHeldBack(req: IncomingMessage): boolean {
  const { expect } = req.headers;
  if (expect === undefined || req.httpVersion !== '1.1') return false;
  return /100-continue/i.test(expect) && !asked.has(req);
}
