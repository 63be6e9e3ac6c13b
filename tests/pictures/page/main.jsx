// SPDX-License-Identifier: Apache-2.0
// Draws one dashboard. window.draw is what draw.mjs calls; it returns what every panel got.
import 'uplot/dist/uPlot.min.css';
import { createTheme, ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { Panel } from './panel.jsx';
import { ask, Range } from './prometheus.js';
import { check } from './strict.js';

// Of Grafana's grid: a row's height, the space between panels, and the number of columns.
const cell = 30, gap = 8, columns = 24;

window.draw = async ({ dashboard, width, from, to, scrapeMs, caption }) => {
  await initPluginTranslations('pictures');
  await Promise.all([400, 500].map((weight) => document.fonts.load(`${weight} 14px Inter`)));
  const range = new Range(from, to, scrapeMs);
  const variables = { datasource: 'prometheus' };
  for (const v of dashboard.templating.list) {
    if (v.type === 'datasource') continue;
    if (v.type !== 'query' || !v.includeAll || !v.allValue) throw new Error(`the variable ${v.name} is of another kind: ${JSON.stringify(v)}`);
    variables[v.name] = v.allValue;
  }
  const column = (width - gap) / columns;
  const place = ({ x, y, w, h }) => ({ left: gap + x * column, top: 64 + y * (cell + gap), width: w * column - gap, height: h * cell + (h - 1) * gap });
  const panels = await Promise.all(dashboard.panels.map(async (panel) => {
    check(panel);
    const at = place(panel.gridPos);
    if (panel.type === 'row') return { panel, at };
    const frames = [], errors = [];
    for (const target of panel.targets) {
      const got = await ask(target, range, Math.floor(at.width), variables);
      if (got.length === 0) errors.push(target.refId);
      frames.push(...got);
    }
    return { panel, at, frames, without: errors };
  }));
  const bottom = Math.max(...panels.map(({ at }) => at.top + at.height));
  const theme = createTheme({ colors: { mode: 'dark' }, typography: { fontFamily: 'Inter, sans-serif' } });
  createRoot(document.getElementById('root')).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div className="dashboard" style={{ width, height: bottom + 40, background: theme.colors.background.canvas, color: theme.colors.text.primary }}>
        <h1>{dashboard.title}</h1>
        {panels.map(({ panel, at, frames }) => (
          <div key={panel.id} data-panel={panel.title} data-type={panel.type} className="place" style={at}>
            {panel.type === 'row' ? <h2>{panel.title}</h2> : <Panel panel={panel} frames={frames} range={range} width={at.width} height={at.height} />}
          </div>
        ))}
        <p style={{ color: theme.colors.text.secondary }}>{caption}</p>
      </div>
      <PortalContainer />
    </ThemeContext.Provider>,
  );
  return panels.filter(({ panel }) => panel.type !== 'row').map(({ panel, frames, without }) => ({
    title: panel.title, type: panel.type, without,
    series: frames.map((f) => ({ name: f.name, ref: f.refId, last: f.fields[1].values.at(-1), points: f.length, most: Math.max(...f.fields[1].values.filter(Number.isFinite)) })),
  }));
};
