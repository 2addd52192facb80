/**
 * Athena's patterns of SHOW: `*` (or `.*`) stands for any characters, `.` for one, `|` separates alternatives, and the
 * whole name has to fit. Matched by hand: a regular expression made of many `*` could take for ever.
 */
export function matchesPattern(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  const lower = name.toLowerCase();
  return pattern
    .toLowerCase()
    .replaceAll('.*', '*')
    .split('|')
    .some((one) => matchesOne(lower, one.trim()));
}

/** Remembers the last `*` and lets it take one character more whenever what follows does not fit. */
function matchesOne(name: string, pattern: string): boolean {
  let [n, p] = [0, 0];
  let [starN, starP] = [0, -1];
  while (n < name.length) {
    if (pattern[p] === '*') [starN, starP, p] = [n, p, p + 1];
    else if (p < pattern.length && (pattern[p] === '.' || pattern[p] === name[n])) [n, p] = [n + 1, p + 1];
    else if (starP !== -1) [starN, n, p] = [starN + 1, starN + 1, starP + 1];
    else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
