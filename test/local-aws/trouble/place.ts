import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { ACCOUNT, REGION } from './world.ts';

/** The cluster that trouble is put into: the witness's kubectl, the account's root in AWS, and the world's own switches. */
export interface Place {
  /** kubectl as the cluster's administrator. @param input its standard input */
  kubectl(arguments_: readonly string[], input?: string): string;
  readonly eks: EKSClient;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  admin(body: Readonly<Record<string, unknown>>): Promise<void>;
}

/** @param environment of a client in the world
 *  @param kubectl program and first arguments */
export function placeOf(environment: Readonly<Record<string, string>>, [program = 'kubectl', ...first]: readonly string[]): Place {
  const httpsAgent = new Agent({ ca: readFileSync(environment.AWS_CA_BUNDLE ?? '') });
  const settings = (service: string) => ({
    region: REGION,
    endpoint: environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    // In the stack, a 12-digit access key is the root of that account.
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' },
    requestHandler: { httpsAgent },
  });
  return {
    kubectl: (arguments_, input) =>
      execFileSync(program, [...first, ...arguments_], { encoding: 'utf8', input: input ?? '', stdio: ['pipe', 'pipe', 'pipe'] }),
    eks: new EKSClient(settings('EKS')),
    ec2: new EC2Client(settings('EC2')),
    autoScaling: new AutoScalingClient(settings('AUTO_SCALING')),
    admin: async (body) => {
      const url = environment.WORLD_ADMIN ?? '';
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`POST ${url} ${JSON.stringify(body)}: ${answer.status} ${await answer.text()}`);
    },
  };
}
