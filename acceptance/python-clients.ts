import { spawnSync } from 'node:child_process';

/** CI installs the Python clients and sets this, so that nothing is skipped there. */
const isRequired = process.env.ACCEPTANCE_REQUIRED === '1';

export const PYTHON = process.env.ACCEPTANCE_PYTHON ?? 'python3';
export const AWS = process.env.ACCEPTANCE_AWS ?? 'aws';

/** Whether boto3 is here. Where it has to be and is not, the test run fails. */
export const hasBoto3 = has('boto3', PYTHON, ['-c', 'import boto3']);
export const hasAwsCli = has('the AWS CLI', AWS, ['--version']);

function has(name: string, command: string, flags: string[]): boolean {
  const isThere = spawnSync(command, flags, { stdio: 'ignore' }).status === 0;
  if (!isThere && isRequired) throw new Error(`${name} is required here and cannot be run.`);
  if (!isThere) console.log(`${name} is not installed: its tests are skipped.`);
  return isThere;
}
