import type { Ec2Preferences, ExportOrder, MetricBasis } from '../../exports/tasks/export-task.ts';
import type {
  Ec2RecommendationsExportPreferences,
  ExportFilter,
  StartExportTaskRequest,
  UsageMetricBasis,
} from '../../wire/generated/discovery.ts';
import { InvalidParameterException, InvalidParameterValueException } from './errors.ts';

/** The model's filter shape and the text of its operations spell it differently. */
const FILTER_NAMES = ['agentIds', 'AgentId'];
const SPECIFICATION: MetricBasis = { name: 'SPEC', percentageAdjust: 100 };

/** Which of the three kinds of export a request asks for. @throws InvalidParameterException, InvalidParameterValueException */
export function readOrder(request: StartExportTaskRequest, homeRegion: string): ExportOrder {
  const asked = request.preferences?.ec2RecommendationsPreferences;
  const filters = request.filters ?? [];
  if (asked?.enabled === true) {
    if (filters.length > 0)
      throw new InvalidParameterException('Filters cannot be used together with preferences that are enabled.');
    return { kind: 'EC2', preferences: readPreferences(asked, homeRegion) };
  }
  const [filter, ...others] = filters;
  if (filter === undefined) return { kind: 'SUMMARY' };
  if (others.length > 0) throw new InvalidParameterException('An export takes one filter.');
  return { kind: 'AGENT', agentId: readAgentId(filter), startMs: request.startTime, endMs: request.endTime };
}

/** Agents an export filter names. @throws InvalidParameterException for a name or condition there is not */
export function readAgentIds({ name, values, condition }: ExportFilter): readonly string[] {
  if (!FILTER_NAMES.includes(name))
    throw new InvalidParameterException(`Exports have no filter '${name}'. Filters: ${FILTER_NAMES.join(', ')}.`);
  if (condition !== 'EQUALS')
    throw new InvalidParameterException(`Filter '${name}' has no condition '${condition}'. Conditions: EQUALS.`);
  return values;
}

function readAgentId(filter: ExportFilter): string {
  const [agentId, ...others] = readAgentIds(filter);
  if (agentId !== undefined && others.length === 0) return agentId;
  throw new InvalidParameterValueException(
    `Filter '${filter.name}' takes exactly one value, not ${filter.values.length}.`,
  );
}

function readPreferences(asked: Ec2RecommendationsExportPreferences, homeRegion: string): Ec2Preferences {
  return {
    cpu: readBasis(asked.cpuPerformanceMetricBasis),
    ram: readBasis(asked.ramPerformanceMetricBasis),
    tenancy: asked.tenancy ?? 'SHARED',
    excludedInstanceTypes: asked.excludedInstanceTypes ?? [],
    region: asked.preferredRegion ?? homeRegion,
    reserved: asked.reservedInstanceOptions,
  };
}

function readBasis(asked: UsageMetricBasis | undefined): MetricBasis {
  return {
    name: asked?.name ?? SPECIFICATION.name,
    percentageAdjust: asked?.percentageAdjust ?? SPECIFICATION.percentageAdjust,
  };
}
