import { html } from './report-html/html.ts';
import {
  attention,
  availability,
  batchTable,
  changes,
  codeChanges,
  findings,
  groups,
  phaseTimes,
  timeline,
} from './report-html/sections.ts';
import { style } from './report-html/style.ts';
import { time } from './report-html/table.ts';
import { duration, outcomeWords } from './report-html/words.ts';
import type { RotationReport } from './rotation-report.ts';

/** One HTML document of a rotation: it loads nothing, runs nothing, and reads on a phone, on paper, and aloud. */
export function renderReport(report: RotationReport): string {
  const { outcome, cluster, rotationId, startedAt, startedBy, seconds, nodes, evicted, approval, revert } = report;
  const { title, tone } = outcomeWords[outcome.name];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${rotationId}: ${outcome.name}</title>
<style>${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1>Rotation of the nodes of ${cluster.name}</h1>
<p><span class="badge ${tone}">${title}</span></p>
<p>${outcome.cause}</p>
</header>
<main id="main">
<dl>
<dt>Rotation</dt><dd>${rotationId}</dd>
<dt>Cluster</dt><dd>${cluster.arn}</dd>
<dt>Started</dt><dd>${time(startedAt)} UTC${startedBy === null ? '' : ` by ${startedBy}`}</dd>
<dt>Ended</dt><dd>${time(outcome.at)} UTC, after ${duration(seconds)}</dd>
<dt>Nodes</dt><dd>${nodes}</dd>
<dt>Pods evicted</dt><dd>${evicted}</dd>
${revert ? html`<dt>Revert</dt><dd>from ${revert.from}, ${revert.starts === 1 ? 'one start' : `${revert.starts} starts`}: ${revert.cause}</dd>` : null}
${approval ? html`<dt>Approval</dt><dd>${approval.state}${approval.by === null ? '' : ` by ${approval.by}`}</dd>` : null}
</dl>
${[attention, groups, changes, codeChanges, phaseTimes, batchTable, availability, findings, timeline].map((part) => part(report))}
</main>
<footer>Times are UTC. Of the world this says what was read; what was not read is named as such.</footer>
</body>
</html>
`;
  return page.html;
}
