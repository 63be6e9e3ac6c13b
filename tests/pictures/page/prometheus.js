// SPDX-License-Identifier: Apache-2.0
// Asks Prometheus what a panel asks, as Grafana's data source does, and makes Grafana's data frames of the answers.
import { FieldType, rangeUtil } from '@grafana/data';

// The times between which the page shows data, in milliseconds, and what Grafana puts for its own variables.
export class Range {
  constructor(from, to, scrapeMs) {
    Object.assign(this, { from, to, scrapeMs });
  }

  // The time between two points of a line that is so many pixels wide.
  stepMs(width) {
    const range = { from: { valueOf: () => this.from }, to: { valueOf: () => this.to } };
    return rangeUtil.calculateInterval(range, width, `${this.scrapeMs}ms`).intervalMs;
  }

  fill(text, step, variables) {
    const known = {
      __range: `${Math.round((this.to - this.from) / 1000)}s`,
      __rate_interval: `${Math.max(step + this.scrapeMs, 4 * this.scrapeMs)}ms`,
      ...variables,
    };
    return text.replace(/\$(\w+|\{\w+\})/g, (all, name) => {
      name = name.replace(/[{}]/g, '');
      if (/^\d+$/.test(name)) return all; // of label_replace
      if (known[name] === undefined) throw new Error(`no variable ${name}: ${text}`);
      return known[name];
    });
  }
}

// Returns the frames of a target, one for each series, and fails at an error or a warning.
export async function ask(target, range, width, variables) {
  const step = range.stepMs(width);
  const query = range.fill(target.expr, step, variables);
  const params = new URLSearchParams({ query });
  if (target.instant) {
    params.set('time', range.to / 1000);
  } else {
    const align = (t) => Math.floor(t / step) * step / 1000;
    params.set('start', align(range.from));
    params.set('end', align(range.to));
    params.set('step', step / 1000);
  }
  const response = await fetch(`/api/v1/${target.instant ? 'query' : 'query_range'}`, { method: 'POST', body: params });
  const answer = await response.json();
  if (answer.status !== 'success' || answer.warnings) throw new Error(`${query}: ${JSON.stringify(answer.error ?? answer.warnings)}`);
  const wanted = target.instant ? 'vector' : 'matrix';
  if (answer.data.resultType !== wanted) throw new Error(`${query}: a ${answer.data.resultType}, not a ${wanted}`);
  return answer.data.result.map((series) => frame(target, series, step));
}

function frame(target, series, step) {
  const { __name__, ...labels } = series.metric;
  const points = series.values ?? [series.value];
  const name = target.legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => series.metric[label] ?? '');
  return {
    refId: target.refId,
    name,
    length: points.length,
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval: step }, values: points.map(([t]) => t * 1000) },
      { name: 'Value', type: FieldType.number, labels, config: { displayNameFromDS: name }, values: points.map(([, v]) => Number(v.replace('Inf', 'Infinity'))) },
    ],
  };
}
