// SPDX-License-Identifier: Apache-2.0
// Draws a panel of a dashboard with the component of @grafana/ui that Grafana's panel of that type draws with.
import {
  applyFieldOverrides, FieldConfigOptionsRegistry, dateTime, getDisplayValueAlignmentFactors, getFieldDisplayValues, identityOverrideProcessor,
} from '@grafana/data';
import { BarGauge, BigValue, PanelChrome, TimeSeries, useTheme2, VizRepeater } from '@grafana/ui';

// Grafana registers what a field's configuration can have in its application, which is no package.
const registry = new FieldConfigOptionsRegistry(() => [
  ...['unit', 'noValue', 'min', 'max', 'decimals', 'mappings', 'thresholds', 'color'].map((id) => property(id, false)),
  ...['lineWidth', 'fillOpacity', 'showPoints', 'axisSoftMin', 'axisSoftMax', 'spanNulls'].map((id) => property(id, true)),
]);

function property(path, isCustom) {
  return { id: isCustom ? `custom.${path}` : path, path, name: path, isCustom, process: identityOverrideProcessor, shouldApply: () => true, override: () => null, editor: () => null };
}

export function Panel({ panel, frames, error, range, width, height }) {
  return (
    <PanelChrome width={width} height={height} title={panel.title} description={panel.description} statusMessage={error}>
      {(w, h) => <Content panel={panel} frames={frames} range={range} width={w} height={h} />}
    </PanelChrome>
  );
}

// What is no number is a gap in a line: Grafana's panel of lines does so before it calls the component.
const graphable = (frame) => ({
  ...frame, fields: frame.fields.map((f) => ({ ...f, values: f.values.map((v) => (Number.isFinite(v) ? v : null)) })),
});

function Content({ panel, frames, range, width, height }) {
  const theme = useTheme2();
  if (frames.length === 0) {
    return <div className="empty" style={{ width, height }}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</div>;
  }
  const replaceVariables = (text) => text;
  const data = applyFieldOverrides({ data: panel.type === 'timeseries' ? frames.map(graphable) : frames, fieldConfig: panel.fieldConfig, fieldConfigRegistry: registry, replaceVariables, theme, timeZone: 'utc' });
  const { options } = panel;
  if (panel.type === 'timeseries') {
    const timeRange = { from: dateTime(range.from), to: dateTime(range.to), raw: { from: 'now-1h', to: 'now' } };
    return <TimeSeries frames={data} structureRev={1} timeRange={timeRange} timeZone="utc" width={width} height={height} legend={options.legend} options={options} />;
  }
  const repeat = {
    width, height, source: data, renderCounter: 0, orientation: options.orientation, getAlignmentFactors: getDisplayValueAlignmentFactors,
    getValues: () => getFieldDisplayValues({ fieldConfig: panel.fieldConfig, reduceOptions: options.reduceOptions, replaceVariables, theme, data, timeZone: 'utc' }),
  };
  if (panel.type === 'stat') {
    return <VizRepeater {...repeat} autoGrid itemSpacing={3} renderValue={({ value, width, height, count, alignmentFactors }) => (
      <BigValue value={value.display} count={count} width={width} height={height} theme={theme} alignmentFactors={alignmentFactors}
        colorMode={options.colorMode} graphMode={options.graphMode} justifyMode={options.justifyMode} textMode={options.textMode}
        percentChangeColorMode={options.percentChangeColorMode} disableWideLayout={!options.wideLayout} />
    )} />;
  }
  if (panel.type === 'bargauge') {
    return <VizRepeater {...repeat} itemSpacing={10} minVizWidth={options.minVizWidth} minVizHeight={options.minVizHeight} maxVizHeight={options.maxVizHeight}
      renderValue={({ value, width, height, orientation, alignmentFactors }) => (
        <BarGauge value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)} width={width} height={height} theme={theme}
          orientation={orientation} itemSpacing={10} displayMode={options.displayMode} showUnfilled={options.showUnfilled} valueDisplayMode={options.valueMode}
          namePlacement={options.namePlacement} alignmentFactors={alignmentFactors} />
      )} />;
  }
  throw new Error(`no component for ${panel.type}`);
}
