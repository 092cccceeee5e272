import { containersOf } from '../workloads/pod-templates.ts';
import { aboutWorkload, changeCommand, doubtsAbout, inWords } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { someOf } from './phrases.ts';
import { distinctSorted, everyController, type Specified, specifiedPods } from './pod-specs.ts';

const sockets: ReadonlySet<string> = new Set(['docker.sock', 'dockershim.sock']);

/** Workloads that talk to Docker. EKS nodes have run containerd alone since Kubernetes 1.24: nothing listens on these sockets, and a
 *  hostPath without a type makes an empty directory of that name. Scaled to 0 or suspended, it will not work either.
 *  @see https://docs.aws.amazon.com/eks/latest/userguide/dockershim-deprecation.html */
export const dockerSocket = defineCheck({
  id: 'docker-socket',
  title: 'Mounts of the Docker socket',
  scope: 'now',
  needs: [],
  completedBy: everyController,
  uses: ['kubernetes.replicaSets', 'kubernetes.pods', 'eks.addons'],
  explanation: {
    rule:
      'A recommended finding for each Deployment, StatefulSet, DaemonSet, ReplicaSet without owner, Job and CronJob with a hostPath volume or a mount path, of init ' +
      'containers too, that ends in docker.sock or dockershim.sock; where pods were collected, also for pods without a controller and for custom resources that run pods. ' +
      'An object of an EKS add-on gives info: AWS manages it.',
    sources: ['https://docs.aws.amazon.com/eks/latest/userguide/dockershim-deprecation.html'],
    elsewhere: 'K8S008',
  },
  documentation: 'https://docs.aws.amazon.com/eks/latest/userguide/dockershim-deprecation.html',
  run: ({ identity, addons, deployments, statefulSets, replicaSets, daemonSets, jobs, cronJobs, pods }) => {
    const workloads = specifiedPods({ deployments, statefulSets, replicaSets, daemonSets, jobs, cronJobs, pods });
    const findings = workloads.flatMap((workload) => {
      const { paths, containers } = socketsOf(workload);
      if (paths.length === 0) return [];
      const by = containers.length === 0 ? '' : ` (${containers.length === 1 ? 'container' : 'containers'} ${someOf(containers)})`;
      return aboutWorkload(
        workload,
        {
          severity: 'recommended',
          message: `${inWords(workload)} mounts ${someOf(paths)}${by}: nothing listens there, nodes run containerd`,
          facts: { paths, containers },
          remediation: changeCommand(workload, `remove the volume of ${someOf(paths)}, and use containerd or an API instead`),
          addonRemedy: 'update the add-on',
        },
        { identity, addons },
      );
    });
    return {
      findings,
      unknown: doubtsAbout(
        workloads.filter(({ specs }) => specs.length === 0),
        'pod template',
      ),
    };
  },
});

/** Either end of the mount can name the socket: the volume may be a directory of the node, and the mount path somewhere else. */
function socketsOf({ specs }: Specified) {
  const paths: string[] = [];
  const containers: string[] = [];
  for (const spec of specs) {
    const volumes = new Set<string>();
    for (const { name, hostPath } of spec.volumes ?? []) {
      if (!hostPath || !isSocket(hostPath.path)) continue;
      volumes.add(name);
      paths.push(hostPath.path);
    }
    for (const { name, volumeMounts } of containersOf(spec))
      for (const mount of volumeMounts ?? []) {
        if (isSocket(mount.mountPath)) paths.push(mount.mountPath);
        if (isSocket(mount.mountPath) || volumes.has(mount.name)) containers.push(name);
      }
  }
  return { paths: distinctSorted(paths), containers: distinctSorted(containers) };
}

function isSocket(path: string): boolean {
  const name = path.split('/').findLast((part) => part !== '');
  return name !== undefined && sockets.has(name);
}
