import type { PersistentVolume as RecordedVolume } from '../inventory/evidence/kubernetes-volumes.ts';
import type { PersistentVolume } from './volumes.ts';

/** A volume as an inventory keeps it, for the rules about volumes. An inventory holds neither `local` nor `hostPath`; a local volume is known
 *  by its node affinity, which must name its node, and by having no driver.
 *  @see https://kubernetes.io/docs/concepts/storage/volumes/#local */
export function recordedVolume({ metadata, spec, status }: RecordedVolume): PersistentVolume {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const namesNode =
    terms.length > 0 && terms.every(({ matchExpressions }) => matchExpressions?.some(({ key }) => key === 'kubernetes.io/hostname'));
  return {
    metadata,
    spec: {
      claimRef: spec?.claimRef,
      nodeAffinity: terms.length > 0 ? { required: { nodeSelectorTerms: terms } } : null,
      local: namesNode && !spec?.csi ? {} : null,
    },
    status,
  };
}
