import * as z from 'zod';
import { accountGlob, calendarDate, glob, tagCondition, text, whateverElseIsWrong } from './fields.ts';

/** What a suppression can be narrowed by. A finding is suppressed when every condition that is given matches it. */
const conditions = {
  check: glob('the id of a check').optional().describe('Check whose findings are suppressed.'),
  account: accountGlob().optional().describe('Account id, in quotes.'),
  region: glob('a region').optional().describe('Region of the cluster.'),
  cluster: glob('the name of a cluster').optional().describe('Name of the cluster.'),
  namespace: glob('a namespace').optional().describe('Namespace of the subject; findings without a namespace do not match.'),
  name: glob('the name of a subject').optional().describe('Name of the subject of the finding.'),
  tag: tagCondition().optional().describe('Tag of the cluster as key=value; the value may be a glob.'),
};

const conditionKeys = [
  'check',
  'account',
  'region',
  'cluster',
  'namespace',
  'name',
  'tag',
] as const satisfies readonly (keyof typeof conditions)[];

/** An accepted finding. It stops counting, with its reason, until 00:00 UTC of the day it expires; from then on it is reported. */
export const suppression = z
  .strictObject({
    ...conditions,
    reason: text('why this is accepted').describe('Why this is accepted; shown beside every suppressed finding.'),
    owner: text('who accepted it').optional().describe('Who accepted it and is asked when it expires.'),
    expires: calendarDate().describe('First day on which it no longer holds (00:00 UTC), as YYYY-MM-DD.'),
  })
  .refine((value) => conditionKeys.some((key) => value[key] !== undefined), {
    ...whateverElseIsWrong,
    error: `expected at least one of ${conditionKeys.slice(0, -1).join(', ')} and ${conditionKeys.at(-1)}: without one it would suppress everything`,
  })
  .meta({ anyOf: conditionKeys.map((key) => ({ required: [key] })) });
