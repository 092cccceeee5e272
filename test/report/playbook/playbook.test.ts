import { marked } from 'marked';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeInventory } from '../../../functions/analysis/analyze.ts';
import { defaultConfiguration } from '../../../functions/config/defaults.ts';
import type { Inventory } from '../../../functions/inventory/inventory.ts';
import { playbook } from '../../../functions/report/playbook/playbook.ts';
import { upgradePlan } from '../../../functions/report/playbook/upgrade-plan.ts';
import { demoNow } from '../../../simulator/fleet/clock.ts';
import {
  createAddon,
  createAddonInfo,
  createCluster,
  createInventory,
  createNode,
  createNodegroup,
  unavailable,
} from '../../checks/builders.ts';
import { demoInventories } from '../../simulator/demo-inventories.ts';

const of = (inventory: Inventory, target = 'next'): string => {
  const report = analyzeInventory(inventory, { now: demoNow, target, configuration: defaultConfiguration });
  return playbook(upgradePlan(inventory, report));
};
const headings = (markdown: string) =>
  marked.lexer(markdown).flatMap((token) => (token.type === 'heading' ? [`${'#'.repeat(token.depth)} ${token.text}`] : []));

const evidence = {
  'eks.cluster': createCluster({ version: '1.33' }),
  'eks.addons': [createAddon({ addonName: 'coredns', addonVersion: 'v1.11.1-eksbuild.1' })],
  'eks.addonVersions': [createAddonInfo('coredns', { 'v1.11.1-eksbuild.1': ['1.33*'], 'v1.12.0-eksbuild.1': ['1.33', '1.34*', '1.35*'] })],
  'eks.nodegroups': [createNodegroup({ version: '1.33' })],
  'kubernetes.nodes': [createNode({ labels: { 'eks.amazonaws.com/nodegroup': 'web' }, nodeInfo: { kubeletVersion: 'v1.33.1' } })],
};

describe('the playbook', () => {
  it('goes hop by hop, each with its own steps, and replaces the nodes once', () => {
    const document = of(createInventory(evidence), '1.35');
    expect(document).toMatch(/^# Upgrade playbook: payments, 1\.33 → 1\.34 → 1\.35\n/);
    expect(document).toContain('2 updates of the control plane');
    expect(headings(document).filter((heading) => /^## .*→/.test(heading))).toEqual(['## 2. 1.33 → 1.34', '## 3. 1.34 → 1.35']);
    expect(document.match(/update-cluster-version .*--kubernetes-version 1\.34$/gm)).toHaveLength(2); // there, and back from 1.35
    expect(document.match(/aws eks update-nodegroup-version/g)).toHaveLength(1);
    expect(document.match(/update-addon .*coredns/g)?.length).toBeGreaterThan(0);
    expect(document.indexOf('update-addon')).toBeLessThan(document.indexOf('update-cluster-version'));
  });

  it('has only the sections that apply', () => {
    const document = of(createInventory({ ...evidence, 'eks.addons': [], 'eks.nodegroups': [], 'kubernetes.nodes': [] }));
    expect(headings(document)).not.toContainEqual(expect.stringMatching(/Add-ons|Nodes/));
    expect(headings(document)).toContain('### Control plane');
    expect(document).not.toContain('Fargate');
  });

  it('has no hop where nothing newer is offered, and says so', () => {
    const document = of(createInventory({ ...evidence, 'eks.cluster': createCluster({ version: '1.36' }) }));
    expect(document).toContain('No newer version is offered');
    expect(document).not.toContain('update-cluster-version');
  });

  it('says which part is missing because it was not seen, and asks to find out what nobody could judge', () => {
    const document = of(createInventory({ ...evidence, 'kubernetes.nodes': unavailable('Forbidden') }));
    expect(document).toContain('`kubernetes.nodes` was not seen (Forbidden)');
    expect(document).toMatch(/\*\*Find out\.\*\*[^#]*`kubelet-version-skew`: kubernetes\.nodes \(Forbidden\)/);
  });

  it('warns that newer nodes block the way back', () => {
    expect(of(createInventory(evidence))).toMatch(/No node may be newer than 1\.33 then: node group web would have to go back first/);
  });

  describe('of the demo fleet', () => {
    let documents: readonly string[] = [];
    beforeAll(async () => {
      documents = [...(await demoInventories()).values()].map((inventory) => of(inventory));
    });

    it('has only commands in its shell blocks', () => {
      const commands = documents.flatMap((document) => shellOf(marked.lexer(document))).flatMap((block) => block.split('\n'));
      expect(commands.length).toBeGreaterThan(100);
      expect(commands.filter((line) => !/^(aws|kubectl|greenlight|nodeadm) /.test(line))).toEqual([]);
    });

    it('has no object without a name', () => {
      for (const document of documents) expect(document).not.toMatch(/\bundefined\b|\[object|\bNaN\b/);
    });
  });
});

type Tokens = ReturnType<typeof marked.lexer>;

function shellOf(tokens: Tokens | readonly Tokens[number][]): string[] {
  const found: string[] = [];
  marked.walkTokens([...tokens], (token) => {
    if (token.type === 'code' && token.lang === 'shell') found.push(token.text);
  });
  return found;
}
