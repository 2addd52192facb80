/** Texts that keep, or break, the pattern and the length of a shape: by trying, since no pattern of the models is deep. */

export interface TextRules {
  readonly pattern: string | undefined;
  readonly min: number;
  readonly max: number;
}

const UUID = '01234567-89ab-4def-8123-456789abcdef';
const DIGITS = '123456789012';

/** At least one of them keeps each pattern of the models. */
const SEEDS = [
  'a',
  'abc-1',
  'a1',
  'A',
  '1',
  'ab.cd',
  UUID,
  DIGITS,
  `import-task-${'0123456789abcdef'.repeat(2)}`,
  'us-east-1',
  's3://bucket-1/key/k',
  'https://example.com/path/file',
  'p95',
  '3.9',
  'Mon:12',
  `arn:aws:iam::${DIGITS}:role/service-role/name`,
  `arn:aws:iam::${DIGITS}:role/name`,
  `arn:aws:iam::${DIGITS}:user/path/name`,
  `arn:aws:iam::${DIGITS}:policy/name`,
  `arn:aws:kms:us-east-1:${DIGITS}:key/${UUID}`,
  `arn:aws:lambda:us-east-1:${DIGITS}:function:name`,
  `arn:aws:secretsmanager:us-east-1:${DIGITS}:secret:name`,
  `arn:aws:glue:us-east-1:${DIGITS}:job/name`,
  `arn:aws:elasticmapreduce:us-east-1:${DIGITS}:cluster/j-1`,
  `arn:aws:sagemaker:us-east-1:${DIGITS}:domain/d-1`,
  'arn:aws:sso:::instance/ssoins-0123456789abcdef',
  'cron(0 12 * * ? *)',
  'ml.t3.medium',
  'dzd_0123456789',
  'subnet-0a1b2c',
  '0123456789',
  '0123456789abcd',
  'aaa.bbb.ccc',
  '$.a',
  'a.b',
] as const;
const FILLERS = ['a', '0', 'A', '/', '-', ' '] as const;
const BREAKERS = ['\u0000', ' ', '!', 'ä', '\n', '<', '.', '-', '/', '~a', ':', 'a b', '0', 'Z', '\uffff'] as const;

const compiled = new Map<string, RegExp>();

/** As the pattern trait means it; not what the product compiles. */
function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  let found = compiled.get(pattern);
  if (found === undefined) {
    try {
      found = new RegExp(pattern, 'u');
    } catch {
      found = new RegExp(pattern);
    }
    compiled.set(pattern, found);
  }
  return found.test(text);
}

/** A text that keeps both rules. @throws when no seed does: one is to be added */
export function validText(rules: TextRules): string {
  const { min, max } = rules;
  const seed = SEEDS.find((text) => text.length >= min && text.length <= max && matches(rules.pattern, text));
  const found = seed ?? textOfLength(rules, min) ?? textOfLength(rules, max);
  if (found === undefined) throw new Error(`No seed keeps ${JSON.stringify(rules)}`);
  return found;
}

/** A text of exactly this length that keeps the pattern; undefined where trying finds none. */
export function textOfLength({ pattern }: Pick<TextRules, 'pattern'>, length: number): string | undefined {
  if (length === 0) return matches(pattern, '') ? '' : undefined;
  for (const filler of FILLERS) {
    const filled = filler.repeat(length);
    if (matches(pattern, filled)) return filled;
  }
  for (const seed of SEEDS) {
    if (seed.length > length || !matches(pattern, seed)) continue;
    for (const filler of FILLERS) {
      const rest = filler.repeat(length - seed.length);
      const found = [seed + rest, rest + seed].find((text) => matches(pattern, text));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A text of good length that breaks the pattern; undefined where trying finds none. */
export function textAgainstPattern({ pattern, min, max }: TextRules): string | undefined {
  const tried = BREAKERS.flatMap((text) => [text, text.repeat(Math.max(1, Math.ceil(min / text.length)))]);
  const candidates = [...tried, ...SEEDS.map((seed) => `${seed}!`), ...SEEDS, ''];
  return candidates.find((text) => [...text].length >= min && [...text].length <= max && !matches(pattern, text));
}
