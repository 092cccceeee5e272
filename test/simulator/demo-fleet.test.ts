import { beforeAll, describe, expect, it } from 'vitest';
import { type ClusterReport, supportStatuses, verdicts } from '../../functions/analysis/cluster-report.ts';
import { checks } from '../../functions/checks/list.ts';
import { type FleetScan, scanFleet } from '../../functions/fleet/scan-fleet.ts';
import { type Inventory, readEvidence } from '../../functions/inventory/inventory.ts';
import { demoConfiguration } from '../../functions/wiring/demo.ts';
import { demoNow } from '../../simulator/fleet/clock.ts';
import { demoFleet, demoTargets, demoWorld } from '../../simulator/fleet/demo-fleet.ts';

async function scanDemo(): Promise<{ scan: FleetScan; inventories: Map<string, Inventory> }> {
  const inventories = new Map<string, Inventory>();
  const scan = await scanFleet({
    targets: demoTargets,
    sources: demoFleet(),
    configuration: demoConfiguration,
    analysis: { target: 'next' },
    now: demoNow,
    clock: () => demoNow,
    onInventory: async (inventory) => void inventories.set(inventory.cluster.name, inventory),
  });
  return { scan, inventories };
}

describe('the demo fleet', () => {
  let scan: FleetScan;
  let inventories: Map<string, Inventory>;
  const report = (name: string): ClusterReport => {
    const found = scan.reports.find(({ cluster }) => cluster.name === name);
    if (!found) throw new Error(`no report of ${name}`);
    return found;
  };
  beforeAll(async () => {
    ({ scan, inventories } = await scanDemo());
  });

  it('has accounts and regions, one account that cannot be entered, and at least ten clusters', () => {
    expect(new Set(scan.targets.map(({ region }) => region)).size).toBe(3);
    expect(scan.targets.filter(({ status }) => status === 'failed')).toMatchObject([
      { accountId: '444444444444', code: 'AssumeRoleDenied' },
    ]);
    expect(scan.reports.length).toBeGreaterThanOrEqual(10);
  });

  it('shows every verdict and every support status', () => {
    expect(new Set(scan.reports.map(({ verdict }) => verdict))).toEqual(new Set(verdicts));
    expect(new Set(scan.reports.map(({ support }) => support.status))).toEqual(new Set(supportStatuses));
  });

  it('shows a finding of nearly every check', () => {
    const shown = new Set(scan.reports.flatMap(({ findings }) => findings.map(({ check }) => check)));
    expect(shown.size).toBeGreaterThanOrEqual(50);
    // A demo with one target has no way of several hops, no hybrid nodes, and no operating system without an AMI.
    expect(checks.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([
      'upgrade-path',
      'insight-misconfiguration',
      'bottlerocket-windows-variants',
    ]);
  });

  it('has one cluster without a finding and without a doubt, on the newest version', () => {
    const { verdict, findings, suppressed, cluster, checks: results } = report('payments-next');
    expect({ verdict, findings, target: cluster.targetVersion }).toEqual({ verdict: 'READY', findings: [], target: null });
    expect(results.filter(({ status }) => status === 'unknown' || status === 'skipped')).toEqual([]);
    // What EKS manages, and nobody can change.
    expect(suppressed.map(({ severity, subject }) => [severity, subject.namespace, subject.name])).toEqual([
      ['info', 'kube-system', 'coredns'],
      ['info', 'kube-system', 'ebs-csi-controller'],
      ['info', 'kube-system', 'ebs-csi-controller'],
    ]);
  });

  it('leaves clusters with warnings small, and spreads its problems', () => {
    const size = (one: ClusterReport) => one.findings.length;
    for (const one of scan.reports.filter(({ verdict }) => verdict === 'READY_WITH_WARNINGS')) expect(size(one)).toBeLessThanOrEqual(12);
    const all = scan.reports.reduce((sum, one) => sum + size(one), 0);
    for (const one of scan.reports) expect(size(one)).toBeLessThan(all / 3);
  });

  it('leaves open only what its clusters hide: whatever was read could be judged', () => {
    const open = scan.reports.flatMap(({ cluster, checks: results }) =>
      results.filter(({ status }) => status === 'unknown').map(({ check }) => ({ cluster: cluster.name, check })),
    );
    const unreadable = ['payments-apac', 'streaming', 'ml-training', 'feature-store'];
    expect(open.filter(({ cluster }) => !unreadable.includes(cluster))).toEqual([
      { cluster: 'shop-legacy', check: 'addon-version-behind' },
      ...['control-plane-subnet-ips', 'node-subnet-ips', 'pod-subnet-ips'].map((check) => ({ cluster: 'analytics', check })),
    ]);
  });

  it.each([
    [
      'shop-search',
      'rollback-window',
      'info',
      /can be rolled back until 2026-11-25T09:40:00Z, for 99 hours; nothing that was seen blocks it/,
    ],
    ['payments-us', 'quota-ec2-vcpus', 'required', /236 of 256 vCPUs \(92\.1 %\)/],
    ['payments-us', 'pod-subnet-ips', 'recommended', /^203 free addresses in the 3 subnets of ENIConfigs/],
    [
      'shop-legacy',
      'removed-api-in-manifests',
      'info',
      /^Helm release default\/shop-monolith .*Ingress shop-monolith as networking\.k8s\.io\/v1beta1/,
    ],
    ['shop-batch', 'removed-api-in-manifests', 'required', /^FlowSchema airflow-workers .*flowcontrol\.apiserver\.k8s\.io\/v1beta3/],
    ['shop-batch', 'insight-upgrade-readiness', 'required', /may stay red for up to 30 days after the fix$/],
    ['shop-batch', 'self-managed-launch-template-behind', 'recommended', /^Auto Scaling group batch-asg uses launch configuration/],
    ['shop-batch', 'self-managed-nodes', 'info', /^Auto Scaling group batch-asg-2024 \(3 nodes: /],
    ['shop-legacy', 'quota-ebs-gp2', 'recommended', /41\.6 of 50 TiB \(83\.2 %\)/],
    ['payments-eu', 'nodegroup-update-available', 'recommended', /1\.33\.8-20260914: the newest .* is 1\.33\.8-20261109$/],
    ['analytics', 'removed-api-requests', 'required', /by 1 client: argocd-application-controller/],
    ['analytics', 'webhook-fails-closed', 'required', /Service spark-operator\/spark-operator-webhook has 1 ready endpoint/],
    ['analytics', 'support-type-drift', 'recommended', /is STANDARD, configured is EXTENDED/],
    ['reporting', 'cgroup-v1', 'required', /^4 nodes of node group golden-image/],
    ['reporting', 'nodegroup-launch-template-behind', 'recommended', /uses version 7 of launch template golden-image, the newest is 9/],
    ['shop-web', 'kube-proxy-ipvs', 'recommended', /mode ipvs/],
    ['payments-eu', 'apparmor-annotation', 'recommended', /card-vault/],
  ])('%s has a finding of %s', (name, check, severity, message) => {
    const found = report(name).findings.filter((finding) => finding.check === check);
    expect(found).toContainEqual(expect.objectContaining({ severity, message: expect.stringMatching(message) }));
  });

  it.each([
    ['shop-web', { verdict: 'READY_WITH_WARNINGS', cluster: { version: '1.35', targetVersion: '1.36' } }],
    ['payments-eu', { verdict: 'NOT_READY', support: { status: 'standard', daysToEndOfStandardSupport: 11 } }],
    ['payments-us', { verdict: 'NOT_READY', support: { status: 'extended' } }],
    ['shop-legacy', { verdict: 'NOT_READY', support: { status: 'unsupported' } }],
    ['payments-apac', { verdict: 'CANNOT_DETERMINE', evidence: { 'kubernetes.nodes': { code: 'EndpointUnreachable' } } }],
    ['streaming', { verdict: 'CANNOT_DETERMINE', evidence: { 'kubernetes.nodes': { code: 'Timeout' }, 'eks.addons': { code: null } } }],
    ['ml-training', { verdict: 'CANNOT_DETERMINE', support: { status: 'unknown' } }],
    ['feature-store', { verdict: 'NOT_READY', evidence: { 'kubernetes.nodes': { code: 'NotYetAvailable' } } }],
  ])('%s is what its description says', (name, expected) => {
    expect(report(name)).toMatchObject(expected);
  });

  it('gives every finding an id of its own', () => {
    const ids = scan.reports.flatMap(({ findings }) => findings.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is the same every time', async () => {
    const again = await scanDemo();
    for (const [name, inventory] of inventories) expect(JSON.stringify(again.inventories.get(name))).toBe(JSON.stringify(inventory));
    expect(JSON.stringify(again.scan.reports)).toBe(JSON.stringify(scan.reports));
  });

  it('has dozens of workloads in its big clusters', () => {
    for (const name of ['payments-eu', 'shop-web']) expect(report(name).evidence['kubernetes.deployments']?.items).toBeGreaterThan(24);
  });

  it('runs every pod on a node that exists, and no name twice', () => {
    for (const inventory of inventories.values()) {
      const nodes = readEvidence(inventory, 'kubernetes.nodes');
      const pods = readEvidence(inventory, 'kubernetes.pods');
      if (nodes.status !== 'collected' || pods.status !== 'collected') continue;
      const nodeNames = nodes.data.map(({ metadata }) => metadata.name);
      expect(new Set(nodeNames).size).toBe(nodeNames.length);
      const podNames = pods.data.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      expect(new Set(podNames).size).toBe(podNames.length);
      for (const { spec, status } of pods.data) if (status?.phase !== 'Pending') expect(nodeNames).toContain(spec?.nodeName);
    }
  });

  it('gives each pod of Fargate a node of its own', () => {
    const inventory = inventories.get('shop-notifications');
    const pods = inventory && readEvidence(inventory, 'kubernetes.pods');
    const nodeNames = pods?.status === 'collected' ? pods.data.map(({ spec }) => spec?.nodeName) : [];
    expect(nodeNames).toHaveLength(12);
    expect(new Set(nodeNames).size).toBe(12);
  });
});

describe('the catalogue of the demo', () => {
  const { addons, clusterVersions } = demoWorld().catalogue;

  it('offers what EKS supports on that day: 1.30 is gone, 1.31 has five days left', () => {
    expect(clusterVersions.map(({ clusterVersion }) => clusterVersion)).toEqual(['1.36', '1.35', '1.34', '1.33', '1.32', '1.31']);
    expect(clusterVersions.map(({ versionStatus }) => versionStatus?.replace('_SUPPORT', ''))).toEqual([
      ...Array(3).fill('STANDARD'),
      ...Array(3).fill('EXTENDED'),
    ]);
  });

  it('has exactly one default for each add-on and version of Kubernetes', () => {
    for (const { addonName, addonVersions } of addons)
      for (const { clusterVersion } of clusterVersions) {
        const defaults = addonVersions?.filter(({ compatibilities }) =>
          compatibilities?.some((one) => one.clusterVersion === clusterVersion && one.defaultVersion),
        );
        expect({ addonName, clusterVersion, defaults: defaults?.length }).toEqual({ addonName, clusterVersion, defaults: 1 });
      }
  });

  it('knows every installed add-on version but those of the cluster that nobody owns', () => {
    const known = new Set(
      addons.flatMap(({ addonName, addonVersions }) => addonVersions?.map((one) => `${addonName} ${one.addonVersion}`)),
    );
    const installed = demoWorld()
      .accounts.flatMap(({ regions }) => regions.flatMap(({ clusters }) => clusters))
      .filter(({ cluster }) => cluster.name !== 'shop-legacy')
      .flatMap((cluster) => cluster.addons.map(({ addonName, addonVersion }) => `${addonName} ${addonVersion}`));
    expect(installed.filter((one) => !known.has(one))).toEqual([]);
  });
});
