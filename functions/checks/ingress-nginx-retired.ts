import * as z from 'zod';
import { aboutController, controllersWithImage, endsWithPath, nameOfController } from './controller-images.ts';
import { datedFacts } from './dated-facts.ts';
import { type CheckOutcome, defineCheck } from './define-check.ts';
import ingressNginxFacts from './facts/ingress-nginx.json' with { type: 'json' };

const facts = datedFacts.extend({ retired: z.string().regex(/^\d{4}-\d{2}$/) }).parse(ingressNginxFacts);

/** The day on which the retirement of ingress-nginx was last read from its source. */
export const ingressNginxAsOf: string = facts.asOf;

/** The controller of F5 (nginx/nginx-ingress, nginxinc/kubernetes-ingress) is another product, and not retired. */
const isIngressNginx = endsWithPath('ingress-nginx/controller', 'ingress-nginx/controller-chroot');

/** The ingress controller of the Kubernetes project, which gets no fixes any more, not even of security.
 *  @see https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/ */
export const ingressNginxRetired = defineCheck({
  id: 'ingress-nginx-retired',
  title: 'Ingress NGINX is retired',
  scope: 'now',
  needs: [],
  completedBy: ['kubernetes.deployments', 'kubernetes.daemonSets'],
  explanation: {
    rule:
      `A recommended finding for each Deployment and DaemonSet with an image \`ingress-nginx/controller\` of any registry, whatever ` +
      `the target: the project was retired in ${facts.retired}. ` +
      'A Deployment that is scaled to 0 is not judged. The ingress controller of F5 is another one.',
    sources: ['https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/'],
    elsewhere: 'K8S013',
  },
  documentation: 'https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/',
  run: ({ deployments, daemonSets }): CheckOutcome => {
    const found = controllersWithImage({ deployments, daemonSets }, isIngressNginx);
    return {
      notApplicable: found.length === 0,
      findings: found.map((controller) => ({
        ...aboutController(controller),
        severity: 'recommended',
        message:
          `${nameOfController(controller)} runs Ingress NGINX ${controller.tag ?? '(no version in its tag)'}, retired in ${facts.retired}: ` +
          'it gets no fixes any more',
        facts: { image: controller.image, version: controller.tag, retired: facts.retired },
        remediation: `Move its Ingresses to another controller or to Gateway API, beginning with: kubectl get ingresses --all-namespaces`,
      })),
    };
  },
});
