import { describe, expect, it } from 'vitest';
import { endpointSlices } from '../../functions/inventory/evidence/kubernetes-services.ts';
import { createCluster } from '../../simulator/build/cluster.ts';
import { createNodes } from '../../simulator/build/nodes.ts';
import { createServices } from '../../simulator/build/services.ts';
import { createSite } from '../../simulator/build/site.ts';
import { createStatefulSet } from '../../simulator/build/workloads.ts';

const site = createSite({ accountId: '111111111111', region: 'eu-west-1', name: 'payments', octet: 10 });

describe('endpoint slices of a simulated cluster', () => {
  it('hold the pods that a Service selects and that have a node, ready or not', () => {
    const { apiServer } = createCluster(site, {
      cluster: { version: '1.34' },
      nodes: createNodes(site, { pool: 'blue', count: 3, kubelet: '1.34' }),
      releases: [
        createServices({ namespace: 'shop', partOf: 'shop', repository: 'shop' }, { web: { version: '1', replicas: 4 } }),
        createServices({ namespace: 'other', partOf: 'shop', repository: 'shop' }, { web: { version: '1', replicas: 1 } }),
        { statefulSets: [createStatefulSet({ namespace: 'shop', name: 'db', image: 'db:1', replicas: 2 })] },
      ],
      troubles: { 'shop/web': { unready: 1, pending: 1 } },
    });
    const slices = endpointSlices.schema.parse(apiServer.objects['/apis/discovery.k8s.io/v1/endpointslices']);
    const ready = slices.map(({ metadata, endpoints }) => [
      `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`,
      endpoints?.map(({ conditions }) => conditions?.ready),
    ]);
    // The Service kubernetes has no selector, and its slice is of another controller.
    expect(ready).toEqual([
      ['shop/web', [true, true, false]],
      ['other/web', [true]],
      ['shop/db', [true, true]],
    ]);
  });
});
