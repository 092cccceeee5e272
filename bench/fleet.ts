import { defaultConfiguration } from '../functions/config/defaults.ts';
import { scanFleet } from '../functions/fleet/scan-fleet.ts';
import { demoNow } from '../simulator/fleet/clock.ts';
import { demoWorld } from '../simulator/fleet/demo-fleet.ts';
import { simulatedFleet } from '../simulator/fleet-sources.ts';
import type { SimulatedCluster, World } from '../simulator/world.ts';
import { atLeast, type Section } from './report.ts';

const clusters = 1000;
const latencyMs = 5;

/** A fleet of simulated clusters through the real collectors and checks, in one process, every request taking five milliseconds. */
export async function benchFleet(): Promise<Section> {
  const { world, targets } = manyClusters();
  const sources = simulatedFleet(world, { latencyMs });
  const started = performance.now();
  const scan = await scanFleet({
    targets,
    sources,
    configuration: defaultConfiguration,
    clock: () => demoNow,
    now: demoNow,
    analysis: { target: 'next' },
  });
  const seconds = (performance.now() - started) / 1000;
  const { requests } = sources.total();
  const aws = Object.entries(requests).reduce((sum, [api, number]) => (api === 'kubernetes' ? sum : sum + number), 0);
  const perCluster =
    scan.reports.reduce((sum, { collection }) => sum + (collection?.requests.eks ?? 0) + (collection?.requests.ec2 ?? 0), 0) / clusters;
  return {
    title: 'A fleet',
    notes: [
      `${clusters} simulated clusters in ten accounts (the clusters of the demo, repeated), ${latencyMs} ms per request, collected and judged in one process.`,
    ],
    figures: [
      atLeast('clusters per second', scan.clusters.length / seconds, '', 20),
      { what: 'AWS requests per cluster', value: perCluster, unit: '' },
      { what: 'AWS requests in all, lists and catalogue included', value: aws, unit: '' },
      { what: 'Kubernetes requests per cluster', value: (requests.kubernetes ?? 0) / clusters, unit: '' },
    ],
  };
}

function manyClusters(): { world: World; targets: { accountId: string; accountName: null; region: string }[] } {
  const demo = demoWorld();
  const templates = demo.accounts.flatMap(({ regions }) => regions.flatMap((region) => region.clusters));
  const region = 'eu-west-1';
  const accounts = Array.from({ length: 10 }, (_, account) => {
    const id = String(100_000_000_000 + account);
    const repeated = Array.from({ length: clusters / 10 }, (_, index) =>
      copyOf(templates[(account + index) % templates.length], `${id}-${index}`),
    );
    return { id, name: id, regions: [{ name: region, clusters: repeated }] };
  });
  return { world: { ...demo, accounts }, targets: accounts.map(({ id }) => ({ accountId: id, accountName: null, region })) };
}

function copyOf(template: SimulatedCluster | undefined, name: string): SimulatedCluster {
  if (!template) throw new Error('the demo fleet has no cluster');
  return { ...template, cluster: { ...template.cluster, name, arn: `${template.cluster.arn.split('/')[0]}/${name}` } };
}
