import type { ClusterReport } from '../../analysis/cluster-report.ts';
import { clusterSection } from './cluster-section.ts';
import { clusterView, titleOf } from './cluster-view.ts';
import { html } from './html.ts';
import { page } from './page.ts';
import { fleetPageLink } from './place.ts';
import { verdictLook } from './words.ts';

/** The page of one cluster, with everything; it lies at `clusters/<account>/<region>/<name>.html` beside the page of the fleet. */
export function clusterHtml(report: ClusterReport): string {
  const { cluster, verdict } = report;
  return page({
    title: `${cluster.name}: ${verdictLook[verdict].words}`,
    header: html`<p class="brand">EKS Greenlight</p><h1>Upgrade readiness of ${cluster.name}</h1><nav aria-label="Report"><a href="${fleetPageLink}">The whole fleet</a></nav>`,
    main: clusterSection(clusterView(report), titleOf),
  });
}
