/** One sample of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A label and its value; in the value, backslash, quote and line end are escaped. */
const label = /([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"\s*,?\s*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** The sample that a line of the Prometheus text format holds; undefined for comments, other metrics, and what is no sample.
 *  @param metric whole name of the metric
 *  @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function parseMetric(line: string, metric: string): Sample | undefined {
  if (!line.startsWith(metric)) return undefined;
  const labels: Record<string, string> = {};
  let at = metric.length;
  if (line[at] === '{') {
    label.lastIndex = at + 1;
    at = label.lastIndex;
    for (let match = label.exec(line); match; match = label.exec(line)) {
      const [, name = '', value = ''] = match;
      labels[name] = value.replace(/\\(.)/g, (whole, escaped: string) => escapes[escaped] ?? whole);
      at = label.lastIndex;
    }
    if (line[at] !== '}') return undefined;
    at += 1;
  } else if (line[at] !== ' ' && line[at] !== '\t') return undefined;
  const [value = ''] = line.slice(at).trim().split(/\s+/);
  const number = value === '' ? Number.NaN : Number(value);
  return Number.isNaN(number) ? undefined : { labels, value: number };
}
