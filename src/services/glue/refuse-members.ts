import { InvalidInputException } from './errors.ts';

/** What a caller asks for and we do not do, by member. Empty lists and maps ask for nothing. @throws InvalidInputException */
export function refuseMembers(members: Readonly<Record<string, unknown>>): void {
  for (const [member, value] of Object.entries(members))
    if (!isNothing(value)) throw new InvalidInputException(`${member} is not supported.`);
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
