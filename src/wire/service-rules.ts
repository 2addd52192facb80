/**
 * What each service does its own way, as data: how requests name it, which exceptions the wire raises in its name, and
 * how its messages read. Sources: reference/wire.md, discovery.md §2, glue-athena.md §1, datazone.md §1.8.
 */

export type ServiceName = 'discovery' | 'glue' | 'athena' | 'datazone' | 's3' | 'sts' | 'periplus';

/** Whose table of codes and statuses an answer follows. */
export type FailureFamily = 'awsJson' | 'restJson' | 's3' | 'query';

export type ViolationClass = 'malformed' | 'outOfRange';

export interface ServiceRules {
  readonly family: FailureFamily;
  /** What stands before the dot of `X-Amz-Target`. */
  readonly targetPrefix: string | undefined;
  readonly internalError: string;
  /** Member that carries the text of an error the service's model does not name. */
  readonly messageMember: 'message' | 'Message';
  readonly violationCode: Readonly<Record<ViolationClass, string>>;
  readonly violationFields: Readonly<Record<string, unknown>>;
  /** The other of the two codes stands in where an operation declares only one (discovery). */
  readonly violationNeedsDeclaring: boolean;
  readonly showsValue: boolean;
  /** ISO times of answers always have three digits of milliseconds. */
  readonly showsMilliseconds: boolean;
  /** `?x=` means absent. */
  readonly emptyQueryIsAbsent: boolean;
  /** `Operation.member` whose declared pattern the service does not hold its callers to. */
  readonly unenforcedPatterns: ReadonlySet<string>;
  readonly skewMsMax: number;
}

const MINUTE_MS = 60_000;

function rules(parts: Partial<ServiceRules> & Pick<ServiceRules, 'family' | 'internalError'>): ServiceRules {
  return {
    targetPrefix: undefined,
    messageMember: 'message',
    violationCode: { malformed: 'ValidationException', outOfRange: 'ValidationException' },
    violationFields: {},
    violationNeedsDeclaring: false,
    showsValue: true,
    showsMilliseconds: false,
    emptyQueryIsAbsent: false,
    unenforcedPatterns: new Set(),
    skewMsMax: 5 * MINUTE_MS,
    ...parts,
  };
}

export const SERVICE_RULES: Readonly<Record<ServiceName, ServiceRules>> = {
  discovery: rules({
    family: 'awsJson',
    targetPrefix: 'AWSPoseidonService_V2015_11_01',
    internalError: 'ServerInternalErrorException',
    violationCode: { malformed: 'InvalidParameterException', outOfRange: 'InvalidParameterValueException' },
    violationNeedsDeclaring: true,
  }),
  glue: rules({
    family: 'awsJson',
    targetPrefix: 'AWSGlue',
    internalError: 'InternalServiceException',
    messageMember: 'Message',
  }),
  athena: rules({
    family: 'awsJson',
    targetPrefix: 'AmazonAthena',
    internalError: 'InternalServerException',
    messageMember: 'Message',
    violationCode: { malformed: 'InvalidRequestException', outOfRange: 'InvalidRequestException' },
    violationFields: { AthenaErrorCode: 'INVALID_INPUT' },
  }),
  datazone: rules({
    family: 'restJson',
    internalError: 'InternalServerException',
    showsValue: false,
    showsMilliseconds: true,
    emptyQueryIsAbsent: true,
    // An asset is also named by `externalIdentifier/<anything>` (datazone.md §1.5, decision D5).
    unenforcedPatterns: new Set(['GetAsset.identifier']),
  }),
  s3: rules({
    family: 's3',
    internalError: 'InternalError',
    violationCode: { malformed: 'InvalidArgument', outOfRange: 'InvalidArgument' },
    skewMsMax: 15 * MINUTE_MS,
  }),
  // What AWS has no operation for; spoken by our own command line.
  periplus: rules({
    family: 'awsJson',
    targetPrefix: 'Periplus',
    internalError: 'InternalServerException',
  }),
  sts: rules({
    family: 'query',
    internalError: 'InternalFailure',
    violationCode: { malformed: 'ValidationError', outOfRange: 'ValidationError' },
  }),
};

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(SERVICE_RULES, name);
}

export function serviceOfTarget(target: string): ServiceName | undefined {
  const prefix = target.split('.')[0];
  const found = Object.entries(SERVICE_RULES).find(([, rule]) => rule.targetPrefix === prefix);
  return found?.[0] as ServiceName | undefined;
}
