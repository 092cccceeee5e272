import { describe, expect, it } from 'vitest';
import { clusterRoleManifests } from '../../functions/access/cluster-role.ts';
import type { AccessEntryPort, KubernetesAccessPort } from '../../functions/access/ports.ts';
import { type AccessWorld, accessWorld, conflictMessage } from './access-world.ts';
import { chosen, scanRoleArn } from './builders.ts';

interface Opened {
  readonly kubernetes: KubernetesAccessPort;
  readonly accessEntries: AccessEntryPort;
  close(): Promise<void>;
}

const [manifest] = clusterRoleManifests(chosen());
const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/eks-greenlight:scan';
const entry = { clusterName: 'payments', principalArn: scanRoleArn };

/** What the use cases of `access` rely on, whoever implements the ports. */
export function describeAccessPorts(name: string, open: (world: AccessWorld) => Promise<Opened>): void {
  const using = async (world: AccessWorld, test: (opened: Opened) => Promise<void>) => {
    const opened = await open(world);
    await test(opened).finally(() => opened.close());
  };

  describe(`the ports of access: ${name}`, () => {
    it('review what is allowed and what is not', () =>
      using(accessWorld({ allowed: new Set(['list pods', 'create pods/eviction', 'get /metrics']) }), async ({ kubernetes }) => {
        const allowed = async (spec: object) => {
          const answer = await kubernetes.createSelfSubjectAccessReview(spec);
          return answer;
        };
        const attributes = { group: '', resource: 'pods', verb: 'list' };
        expect(await allowed({ resourceAttributes: attributes })).toMatchObject({ status: { allowed: true } });
        expect(await allowed({ resourceAttributes: { ...attributes, verb: 'watch' } })).toMatchObject({ status: { allowed: false } });
        const eviction = { ...attributes, verb: 'create', subresource: 'eviction' };
        expect(await allowed({ resourceAttributes: eviction })).toMatchObject({ status: { allowed: true } });
        expect(await allowed({ nonResourceAttributes: { path: '/metrics', verb: 'get' } })).toMatchObject({ status: { allowed: true } });
      }));

    it('apply an object, which is there afterwards', () =>
      using(accessWorld(), async ({ kubernetes }) => {
        await expect(kubernetes.get(path)).rejects.toMatchObject({ code: 'NotFound' });
        expect(await kubernetes.apply(path, manifest, { dryRun: true })).toMatchObject({ rules: manifest.rules });
        await expect(kubernetes.get(path)).rejects.toMatchObject({ code: 'NotFound' });
        expect(await kubernetes.apply(path, manifest, { dryRun: false })).toMatchObject({ rules: manifest.rules });
        expect(await kubernetes.get(path)).toMatchObject(manifest);
      }));

    it('apply nothing over what another field manager has', () => {
      const foreign = { object: { ...manifest, rules: [] }, manager: 'kubectl' };
      return using(accessWorld({ objects: new Map([[path, foreign]]) }), async ({ kubernetes }) => {
        await expect(kubernetes.apply(path, manifest, { dryRun: false })).rejects.toThrow(conflictMessage('kubectl'));
        expect(await kubernetes.get(path)).toMatchObject({ rules: [] });
      });
    });

    it('say of a principal that the cluster does not know that its access is not configured', () =>
      using(accessWorld({ unknownPrincipal: true }), async ({ kubernetes }) => {
        await expect(kubernetes.get(path)).rejects.toMatchObject({ code: 'AccessNotConfigured' });
      }));

    it('make an access entry, and change its groups', async () => {
      const world = accessWorld();
      await using(world, async ({ accessEntries }) => {
        await expect(accessEntries.describeAccessEntry(entry)).rejects.toMatchObject({ code: 'NotFound' });
        await accessEntries.createAccessEntry({ ...entry, kubernetesGroups: ['a'] });
        expect(await accessEntries.describeAccessEntry(entry)).toMatchObject({ accessEntry: { kubernetesGroups: ['a'] } });
        await accessEntries.updateAccessEntry({ ...entry, kubernetesGroups: ['a', 'b'] });
        expect(await accessEntries.describeAccessEntry(entry)).toMatchObject({ accessEntry: { kubernetesGroups: ['a', 'b'] } });
        await expect(accessEntries.createAccessEntry({ ...entry, kubernetesGroups: [] })).rejects.toThrow('ResourceInUseException');
      });
      expect(world.writes).toEqual([`create ${scanRoleArn}`, `update ${scanRoleArn}`]);
    });

    it('say what is denied', () =>
      using(accessWorld({ denied: new Set(['eks:CreateAccessEntry']) }), async ({ accessEntries }) => {
        const create = accessEntries.createAccessEntry({ ...entry, kubernetesGroups: ['a'] });
        await expect(create).rejects.toMatchObject({ code: 'AccessDenied', message: expect.stringContaining('eks:CreateAccessEntry') });
      }));
  });
}
