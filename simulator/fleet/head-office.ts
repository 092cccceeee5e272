import { createService } from '../build/workloads.ts';

const namespace = 'reporting';
const partOf = 'team-analytics';
const service = createService({ namespace, name: 'report-api', partOf });

/** How the head office reaches the reports without a load balancer: by an address that its routers send to the nodes, and a policy that
 *  names its network as people write it, with the address of a host. */
export const headOffice = {
  '/api/v1/services': [{ ...service, spec: { ...service.spec, externalIPs: ['10.12.7.40'] } }],
  '/apis/networking.k8s.io/v1/networkpolicies': [
    {
      metadata: {
        name: 'allow-head-office',
        namespace,
        labels: { 'app.kubernetes.io/part-of': partOf },
        creationTimestamp: '2024-05-21T09:30:00Z',
      },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr: '10.12.4.1/22' } }] }],
      },
    },
  ],
};
