/**
 * Names with `*` for any run of characters and no other wildcard; the whole name has to match, in any case. Greedy with one
 * step back, so that no pattern takes more than length times length.
 */
export function compileGlob(pattern: string): (name: string) => boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.includes('*')) return (name) => name.toLowerCase() === wanted;
  return (name) => matches(wanted, name.toLowerCase());
}

function matches(pattern: string, name: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let index = 0; index < name.length; ) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      resume = index;
    } else if (at < pattern.length && pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
