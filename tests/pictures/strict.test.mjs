// SPDX-License-Identifier: Apache-2.0
// What the page knows to draw is what the generator makes, and anything else is refused.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { check } from './page/strict.js';

const folder = new URL('../../grafana/provisioning/dashboards/', import.meta.url);
const panels = readdirSync(folder).filter((f) => f.endsWith('.json')).flatMap((f) => JSON.parse(readFileSync(new URL(f, folder))).panels);
const of = (type) => structuredClone(panels.find((p) => p.type === type));

test('every panel that is made is drawn', () => {
  assert.ok(panels.length > 100);
  panels.forEach(check);
});

for (const [what, type, change] of [
  ['another type', 'stat', (p) => { p.type = 'gauge'; }],
  ['a key of the panel', 'stat', (p) => { p.repeat = 'job'; }],
  ['an option', 'stat', (p) => { p.options.text = { titleSize: 10 }; }],
  ['a value of an option', 'stat', (p) => { p.options.graphMode = 'area'; }],
  ['a table of legends', 'timeseries', (p) => { p.options.legend.displayMode = 'table'; }],
  ['a calculation in a legend', 'timeseries', (p) => { p.options.legend.calcs = ['max']; }],
  ['a way to draw lines', 'timeseries', (p) => { p.fieldConfig.defaults.custom.drawStyle = 'bars'; }],
  ['a default', 'bargauge', (p) => { p.fieldConfig.defaults.links = [{}]; }],
  ['a colour mode', 'bargauge', (p) => { p.fieldConfig.defaults.color.mode = 'continuous-GrYlRd'; }],
  ['a transformation', 'timeseries', (p) => { p.transformations = [{ id: 'reduce' }]; }],
  ['an override', 'timeseries', (p) => { p.fieldConfig.overrides = [{ matcher: { id: 'byName', options: 'x' }, properties: [] }]; }],
  ['a property of an override', 'timeseries', (p) => { p.fieldConfig.overrides = [{ matcher: { id: 'byFrameRefID', options: 'A' }, properties: [{ id: 'custom.axisPlacement', value: 'right' }] }]; }],
  ['a key of a query', 'timeseries', (p) => { p.targets[0].format = 'table'; }],
  ['a folded row', 'row', (p) => { p.collapsed = true; }],
]) {
  test(`${what} that is not drawn is refused`, () => {
    const panel = of(type);
    check(panel);
    change(panel);
    assert.throws(() => check(panel), /not drawn|no component/);
  });
}
