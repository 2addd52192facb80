import { InvalidError } from '../errors.ts';

export interface GivenPlace {
  readonly awsAccountId?: string | undefined;
  readonly awsAccountRegion?: string | undefined;
}

/** Environments are where our catalogue is, since there is no other one. @throws InvalidError */
export function refuseForeignPlace(given: GivenPlace, own: { accountId: string; region: string }): void {
  if (given.awsAccountId !== undefined && given.awsAccountId !== own.accountId)
    throw new InvalidError(`Environments can only be in account ${own.accountId}, not in ${given.awsAccountId}.`);
  if (given.awsAccountRegion !== undefined && given.awsAccountRegion !== own.region)
    throw new InvalidError(`Environments can only be in region ${own.region}, not in ${given.awsAccountRegion}.`);
}
