import type { ServerAttributes } from '../../../inventory/server-attributes.ts';
import type { WholeServer } from '../../../inventory/whole-inventory.ts';
import type { Cell } from '../csv-file.ts';
import type { Ec2Preferences, MetricBasis } from '../export-task.ts';
import { inMb, joinOnce, usedMb } from '../server-amounts.ts';
import type { Choice } from './choose-instance.ts';
import { type Requirements, usedPct } from './requirements.ts';

/** A server, what it needs and what was chosen for it. */
export interface Recommendation {
  readonly server: WholeServer;
  readonly needs: Requirements;
  readonly choice: Choice | undefined;
  readonly preferences: Ec2Preferences;
  readonly remarks: readonly string[];
}

type Column = readonly [header: string, read: (one: Recommendation) => Cell];

/** The columns of EC2InstanceRecommendations in their order: readers go by name, and by position. */
export const RECOMMENDATION_COLUMNS: readonly Column[] = [
  ['ServerId', ({ server }) => server.serverId],
  ['Server.ExternalId', ({ server }) => server.attributes.externalId],
  ['Server.HostName', ({ server }) => server.attributes.hostName],
  ['Server.VMware.VMname', ({ server }) => server.attributes.vmName],
  ['Recommendation.EC2.Remarks', ({ remarks }) => remarks.join(' ')],
  ['Server.OS.Name', ({ server }) => server.attributes.osName],
  ['Server.OS.Version', ({ server }) => server.attributes.osVersion],
  ['Server.CPU.NumberOfProcessors', ({ server }) => server.attributes.numCpus],
  ['Server.CPU.NumberOfCores', ({ server }) => server.attributes.numCores],
  ['Server.CPU.NumberOfLogicalCores', ({ server }) => server.attributes.numLogicalProcessors],
  ['Recommendation.EC2.RequestedCPU.UsagePct', ({ needs }) => needs.cpuPct],
  ['Recommendation.EC2.RequestedvCPU', ({ needs }) => needs.vcpus],
  ['Server.RAM.TotalSizeInMB', ({ server }) => inMb(server.attributes.totalRamKb)],
  ['Recommendation.EC2.RequestedRAM.UsagePct', ({ needs }) => needs.ramPct],
  ['Recommendation.EC2.RequestedRAMinMB', ({ needs }) => needs.ramMb],
  ['Recommendation.EC2.Instance.Model', ({ choice }) => choice?.type.model],
  ['Recommendation.EC2.Instance.vCPUCount', ({ choice }) => choice?.type.vcpus],
  ['Recommendation.EC2.Instance.RAM.TotalSizeinMB', ({ choice }) => choice?.type.ramMb],
  ['Recommendation.EC2.Instance.Price.UpfrontCost', ({ choice }) => choice?.offer?.upfront],
  ['Recommendation.EC2.Instance.Price.HourlyRate', ({ choice }) => choice?.offer?.hourly],
  ['Recommendation.EC2.Instance.Price.AmortizedHourlyRate', ({ choice }) => choice?.offer?.amortizedHourly],
  ['Recommendation.EC2.Instance.Price.EffectiveDate.UTC', ({ choice }) => choice?.offer?.effectiveDate],
  ['Recommendation.EC2.Instance.OSType', ({ choice, needs }) => choice && needs.os],
  ['UserPreference.Recommendation.CPUSizing', ({ preferences }) => describeBasis(preferences.cpu)],
  ['UserPreference.Recommendation.RAMSizing', ({ preferences }) => describeBasis(preferences.ram)],
  ['UserPreference.Region', ({ preferences }) => preferences.region],
  ['UserPreference.EC2.Tenancy', ({ preferences }) => preferences.tenancy],
  ['UserPreference.EC2.PricingModel', ({ preferences }) => describeModel(preferences)],
  ['UserPreference.EC2.PricingModel.ContractTerm', ({ preferences }) => preferences.reserved?.termLength],
  ['UserPreference.EC2.PricingModel.Payment', ({ preferences }) => preferences.reserved?.purchasingOption],
  ['UserPreference.EC2.ExcludedInstances', ({ preferences }) => joinOnce(preferences.excludedInstanceTypes)],
  ['Applications', ({ server }) => joinOnce(server.applications.map(({ name }) => name))],
  ['Tags', ({ server }) => joinOnce(server.tags.map(({ key, value }) => `${key}:${value}`))],
  ['Server.SMBiosId', ({ server }) => server.attributes.smBiosId],
  ['Server.VMware.MoRefId', ({ server }) => server.attributes.moRefId],
  ['Server.VMware.VCenterId', ({ server }) => server.attributes.vCenterId],
  ['Server.VMware.vCenterName', ({ server }) => server.attributes.vCenterName],
  ['Server.VMware.vmFolderPath', ({ server }) => server.attributes.vmFolderPath],
  ['Server.CPU.UsagePct.Avg', ({ server }) => server.attributes.avgCpuUsagePct],
  ['Server.CPU.UsagePct.Max', ({ server }) => server.attributes.maxCpuUsagePct],
  ['Server.RAM.UsedSizeInMB.Avg', ({ server }) => averageUsedMb(server.attributes)],
  ['Server.RAM.UsedSizeInMB.Max', ({ server }) => mostUsedMb(server.attributes)],
  ['Server.RAM.UsagePct.Avg', ({ server: { attributes } }) => usedPct(attributes.totalRamKb, attributes.avgFreeRamKb)],
  ['Server.RAM.UsagePct.Max', ({ server: { attributes } }) => usedPct(attributes.totalRamKb, attributes.minFreeRamKb)],
  ['Server.NumberOfDisks', ({ server }) => server.attributes.numDisks],
  ['Server.DiskReadsPerSecondInKB.Avg', ({ server }) => server.attributes.avgDiskReadsPerSecondKb],
  ['Server.DiskWritesPerSecondInKB.Avg', ({ server }) => server.attributes.avgDiskWritesPerSecondKb],
  ['Server.DiskReadsPerSecondInKB.Max', ({ server }) => server.attributes.maxDiskReadsPerSecondKb],
  ['Server.DiskWritesPerSecondInKB.Max', ({ server }) => server.attributes.maxDiskWritesPerSecondKb],
  ['Server.DiskReadOpsPerSecond.Avg', ({ server }) => server.attributes.avgDiskReadIops],
  ['Server.DiskWriteOpsPerSecond.Avg', ({ server }) => server.attributes.avgDiskWriteIops],
  ['Server.DiskReadOpsPerSecond.Max', ({ server }) => server.attributes.maxDiskReadIops],
  ['Server.DiskWriteOpsPerSecond.Max', ({ server }) => server.attributes.maxDiskWriteIops],
  ['Server.NetworkReadsPerSecondInKB.Avg', ({ server }) => server.attributes.avgNetworkReadsPerSecondKb],
  ['Server.NetworkWritesPerSecondInKB.Avg', ({ server }) => server.attributes.avgNetworkWritesPerSecondKb],
  ['Server.NetworkReadsPerSecondInKB.Max', ({ server }) => server.attributes.maxNetworkReadsPerSecondKb],
  ['Server.NetworkWritesPerSecondInKB.Max', ({ server }) => server.attributes.maxNetworkWritesPerSecondKb],
];

/** `p95`, or `p95 x 80%` where it was adjusted. */
function describeBasis({ name, percentageAdjust }: MetricBasis): string {
  return percentageAdjust === 100 ? name : `${name} x ${percentageAdjust}%`;
}

/** `On-Demand`, or `Reserved (CONVERTIBLE)`: the class has no column of its own. */
function describeModel({ reserved }: Ec2Preferences): string {
  return reserved === undefined ? 'On-Demand' : `Reserved (${reserved.offeringClass})`;
}

function averageUsedMb({ totalRamKb, avgFreeRamKb, avgUsedRamKb }: ServerAttributes): number | undefined {
  return usedMb({ totalKb: totalRamKb, freeKb: avgFreeRamKb, usedKb: avgUsedRamKb });
}

function mostUsedMb({ totalRamKb, minFreeRamKb, maxUsedRamKb }: ServerAttributes): number | undefined {
  return usedMb({ totalKb: totalRamKb, freeKb: minFreeRamKb, usedKb: maxUsedRamKb });
}
