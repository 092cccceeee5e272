import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { z } from 'zod';

/** One AWS call as the proxy saw it, whoever made it. */
const call = z.object({
  event: z.literal('CALL'),
  service: z.string(),
  account: z.string().nullable(),
  region: z.string().nullable(),
  principal: z.string(),
  op: z.string(),
  status: z.number(),
  params: z.record(z.string(), z.unknown()),
  agent: z.string(),
});
export type AwsCall = z.infer<typeof call>;

/** One request as the API server's own audit log has it. */
const kubernetesRequest = z.object({
  verb: z.string(),
  requestURI: z.string(),
  userAgent: z.string().optional(),
  user: z.object({ username: z.string(), groups: z.array(z.string()).default([]) }),
  objectRef: z.object({ resource: z.string(), subresource: z.string().optional() }).optional(),
  responseStatus: z.object({ code: z.number() }),
});
export type KubernetesRequest = z.infer<typeof kubernetesRequest>;

export const environment = (): Readonly<Record<string, string>> => inject('worldEnvironment');

const folder = (): string => z.string().parse(environment().WORLD_DIR);
const jsonLines = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** What was recorded while `action` ran: the AWS calls that went through the proxy (EKS, EC2, STS …) and the Kubernetes requests of a group,
 *  by default that of scans. */
export async function observe<T>(
  action: () => Promise<T>,
  group = 'eks-greenlight:scan',
): Promise<{ readonly result: T; readonly calls: readonly AwsCall[]; readonly requests: readonly KubernetesRequest[] }> {
  const awsLog = join(folder(), 'audit.jsonl');
  const kubernetesLog = join(folder(), 'main', 'k8s-audit.jsonl');
  const before = { aws: jsonLines(awsLog).length, kubernetes: jsonLines(kubernetesLog).length };
  const result = await action();
  const calls = jsonLines(awsLog)
    .slice(before.aws)
    .flatMap((line) => call.safeParse(line).data ?? []);
  const requests = jsonLines(kubernetesLog)
    .slice(before.kubernetes)
    .map((line) => kubernetesRequest.parse(line))
    .filter(({ user }) => user.groups.includes(group));
  return { result, calls, requests };
}

/** Events of a kind that the world has recorded so far: `NODE_TERMINATED`, `LOST_PODS` … */
export function recorded(event: string): Readonly<Record<string, unknown>>[] {
  const entry = z.record(z.string(), z.unknown());
  return jsonLines(join(folder(), 'audit.jsonl')).flatMap((line) => {
    const one = entry.parse(line);
    return one.event === event ? [one] : [];
  });
}

/** Sets or clears a fault of the world (see world/README.md). */
export async function admin(body: Readonly<Record<string, unknown>>): Promise<void> {
  const url = z.string().parse(environment().WORLD_ADMIN);
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url} ${JSON.stringify(body)}: ${answer.status} ${await answer.text()}`);
}

/** kubectl as the cluster's administrator. */
export function kubectl(...more: readonly string[]): string {
  const [program = 'kubectl', ...arguments_] = inject('kubectl');
  return execFileSync(program, [...arguments_, ...more], { encoding: 'utf8' });
}
