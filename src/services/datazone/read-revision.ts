/** Revisions are decimal texts; any other text names none. */
export function readRevision(text: string): number;
export function readRevision(text: string | undefined): number | undefined;
export function readRevision(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}
