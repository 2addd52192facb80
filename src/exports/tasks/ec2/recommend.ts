import type { WholeServer } from '../../../inventory/whole-inventory.ts';
import type { Ec2Preferences } from '../export-task.ts';
import { type Choice, chooseInstance } from './choose-instance.ts';
import type { PriceList } from './instance-types.ts';
import type { Recommendation } from './recommendation-columns.ts';
import { type Percentiles, type Requirements, requirementsOf } from './requirements.ts';

export const NO_FIT_REMARK = 'No instance type meets the requirements of this server.';
export const UNKNOWN_SIZE_REMARK = 'The CPU cores or the memory of this server are not known.';

/** One instance type for a server, and everything that has to be said about it. */
export function recommend(
  server: WholeServer,
  percentiles: Percentiles | undefined,
  basis: { readonly preferences: Ec2Preferences; readonly prices: PriceList; readonly excluded: ReadonlySet<string> },
): Recommendation {
  const { preferences, prices, excluded } = basis;
  const needs = requirementsOf(server.attributes, percentiles, preferences);
  const { vcpus, ramMb, os, architecture } = needs;
  const isKnown = vcpus !== undefined && ramMb !== undefined;
  const choice = isKnown ? chooseInstance({ vcpus, ramMb, os, architecture }, prices, excluded) : undefined;
  const remark = isKnown ? remarkOn(choice, { prices, preferences, needs }) : UNKNOWN_SIZE_REMARK;
  return { server, needs, choice, preferences, remarks: [...needs.remarks, ...(remark === undefined ? [] : [remark])] };
}

function remarkOn(
  choice: Choice | undefined,
  { prices, preferences, needs }: { prices: PriceList; preferences: Ec2Preferences; needs: Requirements },
): string | undefined {
  if (choice === undefined) return NO_FIT_REMARK;
  if (choice.offer !== undefined) return prices.remark;
  return `No prices of ${needs.os} in ${preferences.region} are known for what was asked; the smallest type that fits was chosen.`;
}
