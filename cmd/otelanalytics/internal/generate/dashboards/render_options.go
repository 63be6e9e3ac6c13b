// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// last shows the last value of each series.
func last() common.ReduceDataOptions {
	return common.ReduceDataOptions{Calcs: []string{"lastNotNull"}}
}

func (c *chart) statOptions() *stat.Options {
	o := stat.NewOptions()
	o.GraphMode = common.BigValueGraphModeNone // one value a query: there is nothing to draw
	o.TextMode = common.BigValueTextModeValueAndName
	o.ReduceOptions = last()
	o.Orientation = common.VizOrientationAuto
	if c.three {
		o.Orientation = common.VizOrientationHorizontal // a grid would put the third one askew
	}
	if c.states != nil || c.zero {
		o.ColorMode = common.BigValueColorModeBackground
	}
	return o
}

func barOptions() *bargauge.Options {
	o := bargauge.NewOptions()
	o.DisplayMode = common.BarGaugeDisplayModeBasic
	o.Orientation = common.VizOrientationHorizontal
	o.ReduceOptions = last()
	o.Legend = common.VizLegendOptions{DisplayMode: common.LegendDisplayModeList, Placement: common.LegendPlacementBottom, Calcs: []string{}}
	return o
}

func (c *chart) lineOptions() *timeseries.Options {
	o := timeseries.NewOptions()
	o.Legend.ShowLegend = true
	if c.many {
		o.Legend.Placement = common.LegendPlacementRight
	}
	o.Tooltip.Mode, o.Tooltip.Sort = common.TooltipDisplayModeMulti, common.SortOrderDescending
	return o
}

// lines is how lines are drawn: a gap of scrapes is a gap.
func (c *chart) lines() *timeseries.FieldConfig {
	f := timeseries.NewFieldConfig()
	f.LineWidth, f.FillOpacity = new(1.0), new(10.0)
	f.AxisSoftMin = new(0.0) // below it only where the values are
	if c.least > 0 {
		f.AxisSoftMax = &c.least
	}
	f.ShowPoints = new(common.VisibilityModeAuto)
	f.SpanNulls = &common.BoolOrFloat64{Bool: new(false)}
	return f
}

// steps are thresholds: the colour of what is below the first of them, and then theirs.
func steps(below string, more ...dashboard.Threshold) *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{
		Mode:  dashboard.ThresholdsModeAbsolute,
		Steps: append([]dashboard.Threshold{{Color: below}}, more...),
	}
}

func from(value float64, colour string) dashboard.Threshold {
	return dashboard.Threshold{Value: &value, Color: colour}
}
