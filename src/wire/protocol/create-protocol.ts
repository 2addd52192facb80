/** The protocol a service's model names. */

import type { ServiceModel } from '../model/service-model.ts';
import type { ServiceRules } from '../service-rules.ts';
import { createAwsJsonProtocol } from './aws-json.ts';
import { createAwsQueryProtocol } from './aws-query.ts';
import type { Protocol } from './protocol.ts';
import { createRestJsonProtocol } from './rest-json.ts';
import { createRestXmlProtocol } from './rest-xml.ts';
import { createS3Protocol } from './s3.ts';

export function createProtocol(
  model: ServiceModel,
  rules: Pick<ServiceRules, 'family' | 'emptyQueryIsAbsent' | 'showsMilliseconds'>,
): Protocol {
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return createAwsJsonProtocol(model);
    case 'restJson1':
      return createRestJsonProtocol(model, rules);
    case 'restXml':
      return rules.family === 's3' ? createS3Protocol(model) : createRestXmlProtocol(model);
    case 'awsQuery':
      return createAwsQueryProtocol(model);
  }
}
