import { simulatedAccountApis } from '../../simulator/account-apis.ts';
import { simulatedAutoScaling } from '../../simulator/auto-scaling-port.ts';
import { simulatedEc2 } from '../../simulator/ec2-port.ts';
import { simulatedEks } from '../../simulator/eks-port.ts';
import { simulatedKubernetes } from '../../simulator/kubernetes-port.ts';
import { createMeter } from '../../simulator/meter.ts';
import { simulatedSsm } from '../../simulator/ssm-port.ts';
import { createWire, type Wire } from '../../simulator/wire.ts';
import type { Fault, SimulatedCluster, World } from '../../simulator/world.ts';
import { describeCloudWatchPort, describeServiceQuotasPort } from '../contract/account-apis.ts';
import { describeAutoScalingPort } from '../contract/auto-scaling-port.ts';
import { describeEc2Port } from '../contract/ec2-port.ts';
import { describeEksPort } from '../contract/eks-port.ts';
import * as fixture from '../contract/fixture.ts';
import { describeKubernetesPort, describeKubernetesTexts } from '../contract/kubernetes-port.ts';
import type { MakePort } from '../contract/port-under-test.ts';
import { describeSsmPort } from '../contract/ssm-port.ts';

function clusterNamed(name: string): SimulatedCluster {
  return {
    cluster: { ...fixture.cluster, name },
    nodegroups: fixture.nodegroups,
    fargateProfiles: [fixture.fargateProfile],
    addons: [fixture.addon],
    subnets: fixture.subnets,
    insights: fixture.insights,
    updates: fixture.updates,
    launchTemplates: fixture.launchTemplates,
    autoScalingGroups: name === 'payments' ? fixture.autoScalingGroups : [],
    apiServer: { endpoint: 'reachable', version: fixture.kubernetesVersion, objects: fixture.kubernetesObjects, texts: fixture.texts },
    faults: [],
  };
}

const payments = clusterNamed('payments');
const world: World = {
  accounts: [
    {
      id: fixture.place.accountId,
      name: 'contract',
      regions: [
        {
          name: fixture.place.region,
          clusters: fixture.clusterNames.map(clusterNamed),
          amiReleases: fixture.amiReleases,
          usage: fixture.usage,
          quotas: [fixture.quota],
          instances: fixture.instances,
        },
      ],
    },
  ],
  catalogue: { clusterVersions: fixture.clusterVersions, addons: fixture.addonVersions },
};

/** A port of the world; `denied` is the code with which its API refuses. */
function simulated<Port>(denied: Fault['code'], api: string, open: (wire: Wire) => Port): MakePort<Port> {
  return async ({ fault }) => {
    const meter = createMeter();
    const wire = createWire({ meter, faults: fault === 'denied' ? [{ code: denied }] : [] });
    return {
      port: open(wire),
      requests: () => meter.cost().requests[api] ?? 0,
      bytes: () => meter.cost().bytes[api] ?? 0,
      close: async () => {},
    };
  };
}

describeEksPort(
  'the simulator',
  simulated('AccessDenied', 'eks', (wire) => simulatedEks(world, fixture.place, wire, fixture.pageSize)),
);
describeEc2Port(
  'the simulator',
  simulated('AccessDenied', 'ec2', (wire) => simulatedEc2(world, fixture.place, wire, fixture.pageSize)),
);
describeAutoScalingPort(
  'the simulator',
  simulated('AccessDenied', 'autoscaling', (wire) => simulatedAutoScaling(world, fixture.place, wire, fixture.pageSize)),
);
describeSsmPort(
  'the simulator',
  simulated('AccessDenied', 'ssm', (wire) => simulatedSsm(world, fixture.place, fixture.nodegroups, wire)),
);
describeCloudWatchPort(
  'the simulator',
  simulated('AccessDenied', 'cloudwatch', (wire) => simulatedAccountApis(world, fixture.place, wire).cloudWatch),
);
describeServiceQuotasPort(
  'the simulator',
  simulated('AccessDenied', 'servicequotas', (wire) => simulatedAccountApis(world, fixture.place, wire).serviceQuotas),
);
const kubernetes = simulated('Forbidden', 'kubernetes', (wire) =>
  simulatedKubernetes(payments.apiServer, 'https://payments.example', wire),
);
describeKubernetesPort('the simulator', kubernetes);
describeKubernetesTexts('the simulator', kubernetes);
