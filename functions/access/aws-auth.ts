import { parse } from 'yaml';
import * as z from 'zod';
import { CollectionError, errorCodeOf } from '../inventory/error-codes.ts';
import { parseAnswer } from '../inventory/parse.ts';
import { awsAuthLines, awsAuthPlace } from './access-entry.ts';
import type { ApplyStep } from './apply-cluster.ts';
import type { KubernetesAccessPort } from './ports.ts';
import { type ClusterIdentity, scanIdentity } from './profile.ts';

const path = '/api/v1/namespaces/kube-system/configmaps/aws-auth';
const configMap = z.object({ data: z.record(z.string(), z.string()).nullish() });
const entries = z.array(
  z.looseObject({ rolearn: z.string().nullish(), userarn: z.string().nullish(), groups: z.array(z.string()).nullish() }),
);

/** Whether aws-auth lets the principal in already; if not, the lines that a person adds. aws-auth is never changed from here: one wrong line
 *  locks everybody out.
 *  @throws CollectionError */
export async function checkAwsAuth(
  port: KubernetesAccessPort,
  principalArn: string,
  identity: ClusterIdentity = scanIdentity,
): Promise<readonly ApplyStep[]> {
  const place = awsAuthPlace(principalArn);
  const lines = awsAuthLines(principalArn, identity);
  const [wanted] = entries.parse(parse(lines));
  const present = entriesOf((await dataOf(port))[place] ?? '', place);
  const fits = present.some(
    ({ rolearn, userarn, groups }) => rolearn === wanted?.rolearn && userarn === wanted?.userarn && groups?.includes(identity.group),
  );
  if (fits) return [{ step: 'aws-auth', outcome: 'unchanged', message: `${principalArn} is in ${identity.group}` }];
  const message = `authentication mode CONFIG_MAP: add under ${place} of ConfigMap kube-system/aws-auth\n${lines.trimEnd()}`;
  return [{ step: 'aws-auth', outcome: 'manual', message }];
}

async function dataOf(port: KubernetesAccessPort): Promise<Readonly<Record<string, string>>> {
  try {
    return parseAnswer(configMap, await port.get(path), `GET ${path}`).data ?? {};
  } catch (error) {
    if (errorCodeOf(error) === 'NotFound') return {};
    throw error;
  }
}

function entriesOf(text: string, place: string): z.output<typeof entries> {
  try {
    return entries.parse(parse(text) ?? []);
  } catch (error) {
    throw new CollectionError('InvalidResponse', `${place} of ConfigMap kube-system/aws-auth is not a list of mappings; mend it first`, {
      cause: error,
    });
  }
}
