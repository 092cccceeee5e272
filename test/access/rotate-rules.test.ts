import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { accessText, excessOver, requirementsOf } from '../../functions/access/access-requirements.ts';
import { manifestsOf, yamlOf } from '../../functions/access/cluster-role.ts';
import { rotateProfile } from '../../functions/access/profile.ts';
import { type RotationChoice, rotateRules, rotateTable } from '../../functions/access/rotate-rules.ts';
import { rotation } from '../../functions/config/rotation.ts';

const choiceOf = (more: Parameters<typeof rotation.parse>[0] = {}): RotationChoice => rotation.parse(more);
const texts = (choice: RotationChoice) => requirementsOf(rotateRules(choice)).map(accessText);
const writes = (choice: RotationChoice) => texts(choice).filter((text) => !/^(?:get|list) /.test(text));

/** Every way to choose what a rotation may do beyond eviction. */
const choices = fc.record({ force: fc.boolean(), unmanaged: fc.boolean(), surge: fc.boolean() }).map(({ force, unmanaged, surge }) => ({
  allow: { force: force ? ['shop'] : [], unmanaged: unmanaged ? ['batch-*'] : [] },
  options: { surge },
}));

describe('what a rotation may do in a cluster', () => {
  it('is cordon and evict, and no other write, unless a setting opens it', () => {
    fc.assert(
      fc.property(choices, (choice) => {
        const { allow, options } = choice;
        expect(writes(choiceOf(choice))).toEqual([
          'patch nodes',
          'create pods/eviction',
          ...(allow.force.length + allow.unmanaged.length > 0 ? ['delete pods'] : []),
          ...(options.surge ? ['patch deployments/scale.apps', 'patch horizontalpodautoscalers.autoscaling'] : []),
        ]);
      }),
    );
  });

  it('never reaches Secrets, ConfigMaps, templates of pods or rights, and has no wildcard', () => {
    const most = choiceOf({ allow: { force: ['*'], unmanaged: ['*'] }, options: { surge: true } });
    const all = texts(most);
    expect(all.filter((text) => /secrets|configmaps|serviceaccounts|rbac|\*|\/(?:exec|attach|portforward|token)/.test(text))).toEqual([]);
    expect(all).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:patch|update) (?:deployments|statefulsets|daemonsets)\./)]));
    expect(excessOver(rotateRules(most)).map(accessText)).toEqual(
      expect.arrayContaining(['* *.*', 'get secrets', 'patch deployments.apps']),
    );
    expect(excessOver(rotateRules(choiceOf())).map(accessText)).toContain('delete pods');
  });

  it('covers every path that the rotation reads', () => {
    const files = readdirSync('functions/rotation', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const paths = files.flatMap((name) => [...readFileSync(`functions/rotation/${name}`, 'utf8').matchAll(/['`]\/(apis?\/[^'`$?]+)['`]/g)]);
    const read = paths
      .map(([, path = '']) => path.split('/'))
      .filter((parts) => parts.length === (parts[0] === 'api' ? 3 : 4))
      .map((parts) => accessText({ apiGroup: parts[0] === 'api' ? '' : String(parts[1]), resource: String(parts.at(-1)), verb: 'list' }));
    expect(read).toContain('list pods');
    const most = texts(choiceOf({ options: { surge: true } }));
    expect([...new Set(read)].filter((text) => !most.includes(text))).toEqual([]);
  });

  it('is asked for with resource and subresource apart, as a review of access wants them', () => {
    expect(requirementsOf(rotateRules(choiceOf()))).toContainEqual({
      apiGroup: '',
      resource: 'pods',
      subresource: 'eviction',
      verb: 'create',
    });
  });

  it('says of each line what it is for', () => {
    for (const { purpose, verbs, resources } of rotateTable) {
      expect(purpose).toMatch(/\w{3}/);
      expect(verbs.length * resources.length).toBeGreaterThan(0);
    }
  });

  it('is bound to the group of the rotate role, under names that do not collide with those of the scan', () => {
    const manifests = manifestsOf(rotateProfile(choiceOf()));
    const [role, binding] = manifests;
    expect([role.metadata.name, binding.metadata.name, binding.roleRef.name]).toEqual(Array(3).fill('eks-greenlight-rotate'));
    expect(binding.subjects).toEqual([{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'eks-greenlight:rotate' }]);
    expect(parseAllDocuments(yamlOf(manifests)).map((document) => document.toJS())).toEqual(manifests);
  });
});
