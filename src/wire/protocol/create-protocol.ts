/** The protocol a service's model names. */

import type { ServiceModel } from '../model/service-model.ts';
import type { ServiceRules } from '../service-rules.ts';
import { createAwsJsonProtocol } from './aws-json.ts';
import type { Protocol } from './protocol.ts';

export function createProtocol(model: ServiceModel, _rules: ServiceRules): Protocol {
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return createAwsJsonProtocol(model);
    default:
      throw new Error(`${model.protocol} is not built yet`);
  }
}
