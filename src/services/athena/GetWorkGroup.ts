import type { WorkGroup } from '../../query/work-groups.ts';
import type { EngineVersion, GetWorkGroupInput, GetWorkGroupOutput } from '../../wire/generated/athena.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { AthenaDeps } from './athena-service.ts';
import { InvalidRequestException } from './errors.ts';

export function getWorkGroup({ queries }: AthenaDeps): Handler<GetWorkGroupInput, GetWorkGroupOutput> {
  return async (input) => {
    const { workGroup } = queries;
    if (input.WorkGroup !== workGroup.name) throw new InvalidRequestException('WorkGroup is not found.');
    return {
      WorkGroup: {
        Name: workGroup.name,
        State: 'ENABLED',
        Configuration: {
          ResultConfiguration: { OutputLocation: workGroup.outputLocation },
          ManagedQueryResultsConfiguration: { Enabled: false },
          EnforceWorkGroupConfiguration: false,
          PublishCloudWatchMetricsEnabled: false,
          RequesterPaysEnabled: false,
          EngineVersion: engineVersion(workGroup),
          EnableMinimumEncryptionConfiguration: false,
        },
      },
    };
  };
}

export function engineVersion(workGroup: WorkGroup): EngineVersion {
  return {
    SelectedEngineVersion: workGroup.selectedEngineVersion,
    EffectiveEngineVersion: workGroup.effectiveEngineVersion,
  };
}
