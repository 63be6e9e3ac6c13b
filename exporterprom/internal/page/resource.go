// SPDX-License-Identifier: Apache-2.0

package page

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/otlptranslator"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/resource"
)

// resourceInfo is what the page has of the resource, read at the first gathering: a meter provider has one for ever.
type resourceInfo struct {
	read         bool
	target       *series // of target_info; nil: none
	labels       labels  // of every series
	err          error   // why there are no labels
	refuseBridge sync.Once
}

// readResource puts target_info on the page, and returns whether series can be made.
func (p *Page) readResource(r *resource.Resource) bool {
	info := &p.resource
	if !info.read {
		info.read = true
		if p.config.TargetInfo {
			if err := p.addTarget(r); err != nil {
				otel.Handle(err)
			}
		}
		if p.config.ResourceLabels != nil {
			labelled, _ := r.Set().Filter(p.config.ResourceLabels)
			info.labels, info.err = p.namer.attributes(labelled)
		}
	}
	if info.target != nil {
		info.target.seen = p.gathering
		help := targetHelp
		p.meet(p.families[otlptranslator.TargetInfoMetricName], &help)
	}
	if info.err != nil {
		otel.Handle(info.err)
		return false
	}
	return true
}

// targetHelp describes target_info.
const targetHelp = "Target metadata"

func (p *Page) addTarget(r *resource.Resource) error {
	l, err := p.namer.attributes(*r.Set())
	if err != nil {
		return err
	}
	d := definition{help: targetHelp, kind: dto.MetricType_GAUGE}
	desc := prometheus.NewDesc(otlptranslator.TargetInfoMetricName, d.help, l.names, nil)
	m, err := prometheus.NewConstMetric(desc, prometheus.GaugeValue, 1, l.values...)
	if err != nil {
		return err
	}
	s := &series{value: 1}
	if err := m.Write(&s.metric); err != nil {
		return err
	}
	f := p.family(otlptranslator.TargetInfoMetricName, d)
	f.add(s)
	p.resource.target = s
	return nil
}
