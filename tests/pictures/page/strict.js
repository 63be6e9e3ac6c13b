// SPDX-License-Identifier: Apache-2.0
// Knows what the generator writes. Anything else is an error, so that no picture leaves out what Grafana would show.

// Fails at a key that is not known. A value that is a list of values or a function says which values are known.
export function only(what, object, known) {
  for (const [key, value] of Object.entries(object)) {
    const allowed = known[key];
    if (allowed === undefined) throw new Error(`${what}: the key ${key} is not drawn: ${JSON.stringify(value)}`);
    if (allowed === any) continue;
    const ok = Array.isArray(allowed) ? allowed.some((a) => JSON.stringify(a) === JSON.stringify(value)) : typeof allowed === 'function' ? (allowed(value), true) : (only(`${what}.${key}`, value, allowed), true);
    if (!ok) throw new Error(`${what}: the value of ${key} is not drawn: ${JSON.stringify(value)}`);
  }
}

export const any = Symbol('any');

const reduce = { calcs: any };

const target = {
  expr: any, instant: [true, false], range: [true, false], editorMode: ['code'], legendFormat: any, refId: any,
  datasource: any, exemplar: [true], // dots of exemplars are Grafana's own, and not of its components
};

const defaults = {
  unit: any, noValue: any, min: any, max: any, decimals: any, mappings: any, thresholds: { mode: ['absolute'], steps: any },
  color: { mode: ['palette-classic', 'thresholds', 'fixed'], fixedColor: any },
};

const options = {
  timeseries: {
    legend: { displayMode: ['list'], placement: ['bottom', 'right'], showLegend: [true], calcs: [[]] },
    tooltip: any, // nobody points at a picture
  },
  stat: {
    graphMode: ['none'], colorMode: ['value', 'background', 'none'], justifyMode: ['auto'], textMode: ['value_and_name'], wideLayout: [true],
    showPercentChange: [false], reduceOptions: reduce, percentChangeColorMode: ['standard'], orientation: ['auto', 'horizontal'],
  },
  bargauge: {
    displayMode: ['basic'], valueMode: ['color'], namePlacement: ['auto'], showUnfilled: [true], sizing: ['auto'], minVizWidth: any, minVizHeight: any,
    maxVizHeight: any, legend: { displayMode: any, placement: any, showLegend: [false], calcs: any }, reduceOptions: reduce, orientation: ['horizontal'],
  },
};

const custom = { timeseries: { lineWidth: any, fillOpacity: any, showPoints: any, axisSoftMin: any, axisSoftMax: any, spanNulls: any } };

// Fails unless the page draws all of a panel.
export function check(panel) {
  const what = `${panel.type} ${JSON.stringify(panel.title)}`;
  if (panel.type === 'row') {
    only(what, panel, { type: any, id: any, title: any, gridPos: any, collapsed: [false], panels: [[]] });
    return;
  }
  if (!options[panel.type]) throw new Error(`${what}: no component for this type`);
  only(what, panel, {
    type: any, id: any, title: any, description: any, transparent: [false], datasource: any, gridPos: any,
    targets: (all) => all.forEach((t) => only(what, t, target)),
    options: options[panel.type],
    fieldConfig: {
      defaults: { ...defaults, custom: custom[panel.type] },
      overrides: (all) => all.forEach((o) => only(what, o, {
        matcher: { id: ['byFrameRefID'], options: any },
        properties: (list) => list.forEach((p) => only(what, p, { id: ['unit', 'noValue', 'color', 'thresholds', 'decimals'], value: any })),
      })),
    },
  });
}
