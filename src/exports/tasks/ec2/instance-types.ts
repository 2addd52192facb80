/** What is known of EC2 instance types and what they cost, as a price file says it for one question. */

export const OS_FAMILIES = ['Linux', 'Windows', 'RHEL', 'SLES'] as const;
export type OsFamily = (typeof OS_FAMILIES)[number];

export const ARCHITECTURES = ['x86_64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export interface InstanceType {
  readonly model: string;
  readonly vcpus: number;
  readonly ramMb: number;
  readonly architecture: Architecture;
  readonly isCurrent: boolean;
}

/** A type at a price: in the Region, of the tenancy and in the pricing model that were asked for. */
export interface Offer {
  readonly type: InstanceType;
  readonly upfront: number;
  readonly hourly: number;
  /** The up-front payment spread over the term, and the hourly rate. */
  readonly amortizedHourly: number;
  readonly effectiveDate: string;
}

export interface PriceList {
  /** Every type the file names, whatever it says of prices. */
  readonly types: readonly InstanceType[];
  readonly offers: Readonly<Partial<Record<OsFamily, readonly Offer[]>>>;
  /** What the file wants said with each of its prices. */
  readonly remark: string | undefined;
}
