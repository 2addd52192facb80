import { z } from 'zod';
import type { EnrolledAgent } from '../../fleet/server-links.ts';
import type { NetworkInterface, ServerSource, SourceSection } from '../server-attributes.ts';

/** What the new rows say of agents, as DuckDB answers it (projection-sql.ts): one row an agent and section. */
const OsRow = z.object({
  agent_id: z.string(),
  observed_ms: z.number(),
  host_name: z.string().nullable(),
  os_name: z.string().nullable(),
  os_version: z.string().nullable(),
  cpu_type: z.string().nullable(),
  hypervisor: z.string().nullable(),
});
const AddressRow = z.object({
  name: z.string().nullable(),
  mac_address: z.string().nullable(),
  family: z.string().nullable(),
  ip_address: z.string().nullable(),
  gateway: z.string().nullable(),
  net_mask: z.string().nullable(),
});
const NetworkRow = z.object({ agent_id: z.string(), observed_ms: z.number(), addresses: z.array(AddressRow) });
const PerformanceRow = z.object({ agent_id: z.string(), observed_ms: z.number() }).catchall(z.number().nullable());

export const SECTION_NAMES = ['os', 'network', 'performance'] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

const READ: Readonly<Record<SectionName, (row: unknown) => readonly [agentId: string, section: SourceSection]>> = {
  os: (row) => {
    const os = OsRow.parse(row);
    const attributes = {
      hostName: os.host_name,
      osName: os.os_name,
      osVersion: os.os_version,
      cpuType: os.cpu_type,
      hypervisor: os.hypervisor,
      serverType: /vmware/i.test(os.hypervisor ?? '') ? ('VMWARE_VM' as const) : null,
    };
    return [os.agent_id, { observedAtMs: os.observed_ms, attributes: dropNulls(attributes) }];
  },
  network: (row) => {
    const network = NetworkRow.parse(row);
    const interfaces = network.addresses.map(readInterface);
    return [network.agent_id, { observedAtMs: network.observed_ms, attributes: { interfaces } }];
  },
  performance: (row) => {
    const { agent_id, observed_ms, ...attributes } = PerformanceRow.parse(row);
    return [agent_id as string, { observedAtMs: observed_ms as number, attributes: dropNulls(attributes) }];
  },
};

/** A section's rows, by agent. */
export function readSections(name: SectionName, rows: readonly unknown[]): Map<string, SourceSection> {
  return new Map(rows.map((row) => READ[name](row)));
}

/**
 * What an agent is known to say, `known` being what is stored of it, `news` what its new rows say. Of an agent whose
 * server was deleted nothing is known from before.
 */
export function updateSource(
  agent: EnrolledAgent,
  known: { readonly sections: ServerSource['sections']; readonly ignoredThroughMs: number },
  news: Readonly<Partial<Record<SectionName, SourceSection>>>,
): ServerSource {
  const kept = Object.entries(known.sections).filter(([, section]) => section.observedAtMs > known.ignoredThroughMs);
  const sections: Record<string, SourceSection> = Object.fromEntries(kept);
  sections.agent = describeEnrollment(agent, known.ignoredThroughMs);
  for (const name of SECTION_NAMES) {
    const section = news[name];
    // Rows that come late, out of a spool, say what has been overtaken.
    if (section !== undefined && section.observedAtMs >= (sections[name]?.observedAtMs ?? 0)) sections[name] = section;
  }
  return { kind: 'AGENT', id: agent.agentId, sections };
}

function describeEnrollment(agent: EnrolledAgent, ignoredThroughMs: number): SourceSection {
  const { hostName, agentType, registeredAtMs } = agent;
  return {
    observedAtMs: Math.max(registeredAtMs, ignoredThroughMs + 1),
    attributes: { hostName, serverType: agentType === 'EC2' ? 'EC2' : 'OTHER' },
  };
}

function readInterface(row: z.infer<typeof AddressRow>): NetworkInterface {
  return dropNulls({
    name: row.name,
    macAddress: row.mac_address,
    ipAddress: row.ip_address,
    netMask: row.net_mask,
    gateway: row.gateway,
    family: row.family,
  });
}

function dropNulls<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
