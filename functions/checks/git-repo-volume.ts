import { formatVersion } from '../versions/kubernetes-version.ts';
import { aboutWorkload, changeCommand, doubtsAbout, inWords } from './about-workload.ts';
import { defineCheck } from './define-check.ts';
import { count, someOf } from './phrases.ts';
import { distinctSorted, everyController, specifiedPods } from './pod-specs.ts';
import { hopOfChange, workloadChanges } from './workload-changes.ts';

const { disabledIn } = workloadChanges.gitRepoVolume;
const version = formatVersion(disabledIn);

/** Workloads whose pods a kubelet no longer starts. The API server still takes them, so nothing is noticed before the nodes are updated.
 *  Scaled to 0 or suspended, they break when they are next wanted. */
export const gitRepoVolume = defineCheck({
  id: 'git-repo-volume',
  title: 'gitRepo volumes',
  scope: 'now',
  against: 'each-hop',
  needs: [],
  completedBy: everyController,
  uses: ['kubernetes.replicaSets', 'kubernetes.pods', 'eks.addons'],
  explanation: {
    rule:
      `From Kubernetes ${version} on, the control plane or the target, a required finding for each Deployment, StatefulSet, DaemonSet, ReplicaSet without owner, Job ` +
      'and CronJob with a gitRepo volume; where pods were collected, also for pods without a controller and for custom resources that run pods. ' +
      'An object of an EKS add-on gives info: AWS manages it.',
    sources: [
      'https://github.com/kubernetes/enhancements/issues/5040',
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions-standard.html',
    ],
    elsewhere: 'AX',
  },
  documentation: 'https://kubernetes.io/docs/concepts/storage/volumes/#gitrepo',
  run: ({ identity, addons, controlPlane, target, deployments, statefulSets, replicaSets, daemonSets, jobs, cronJobs, pods }) => {
    const hop = hopOfChange(disabledIn, { controlPlane, target });
    if (hop === undefined) return { findings: [], notApplicable: true };
    const workloads = specifiedPods({ deployments, statefulSets, replicaSets, daemonSets, jobs, cronJobs, pods });
    const findings = workloads.flatMap((workload) => {
      const volumes = distinctSorted(
        workload.specs.flatMap((spec) => spec.volumes ?? []).flatMap(({ name, gitRepo }) => (gitRepo ? [name] : [])),
      );
      if (volumes.length === 0) return [];
      return aboutWorkload(
        workload,
        {
          severity: 'required',
          hop,
          message: `${inWords(workload)} has ${count(volumes.length, 'gitRepo volume')} (${someOf(volumes)}): a kubelet of ${version} or later does not start its pods`,
          facts: { volumes, disabledIn: version },
          remediation: changeCommand(workload, `replace ${someOf(volumes)} by an emptyDir that an init container clones into`),
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
