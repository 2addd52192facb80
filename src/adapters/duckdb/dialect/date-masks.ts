/** Date masks of Athena in DuckDB's letters (athena-sql reference, 7). */
import { notSupported } from './dialect-error.ts';

const MYSQL: Readonly<Record<string, string>> = {
  ...{ a: '%a', b: '%b', c: '%-m', d: '%d', e: '%-d', f: '%f', H: '%H', h: '%I', I: '%I', i: '%M', j: '%j', k: '%-H' },
  ...{ l: '%-I', M: '%B', m: '%m', p: '%p', r: '%I:%M:%S %p', S: '%S', s: '%S', T: '%H:%M:%S', v: '%V', W: '%A' },
  ...{ x: '%G', Y: '%Y', y: '%y', '%': '%%' },
};

const JODA: Readonly<Record<string, string>> = {
  ...{ yyyy: '%Y', yy: '%y', MM: '%m', M: '%-m', MMM: '%b', MMMM: '%B', dd: '%d', d: '%-d', HH: '%H', H: '%-H' },
  ...{ hh: '%I', h: '%-I', mm: '%M', m: '%-M', ss: '%S', s: '%-S', SSS: '%g', a: '%p', EEE: '%a', EEEE: '%A' },
  ...{ DDD: '%j', ww: '%V', xxxx: '%G', e: '%u' },
};

/** A mask of date_format or date_parse. */
export function mysqlMask(mask: string): string {
  return mask.replace(/%(.?)|%/gsu, (all, letter: string | undefined) => {
    const translated = MYSQL[letter ?? ''];
    if (translated === undefined) throw notSupported(`date mask ${all}`);
    return translated;
  });
}

/** A pattern of format_datetime or parse_datetime. */
export function jodaMask(pattern: string, parsing: boolean): string {
  const part = /'((?:[^']|'')*)'|([A-Za-z])\2*|%|[\s\S]/gu;
  return pattern.replace(part, (all: string, quoted: string | undefined, letter: string | undefined) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll("''", "'").replaceAll('%', '%%');
    if (letter === undefined) return all === '%' ? '%%' : all;
    const translated = parsing && all === 'SSS' ? '%f' : JODA[all];
    if (translated === undefined) throw notSupported(`date pattern ${all}`);
    return translated;
  });
}
