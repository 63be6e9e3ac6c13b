// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/page"
)

// collection gathers the page: the metrics of the meter provider, and the rest of the page. It is safe for concurrent
// use.
//
//	Gather ─┐                        ┌─ encode ─ done ─┐
//	Gather ─┼─ one gathering ────────┼─ encode ─ done ─┼─ free for the next
//	Gather ─┘  changes the families  └─ encode ─ done ─┘
//
// Callers that ask while a gathering runs share it. Callers that ask while its families are being encoded share the next
// gathering, which waits for them. So nobody reads a family that changes. The data are never older than the gathering
// that was running at the call.
type collection struct {
	config config
	reader *sdkmetric.ManualReader
	others prometheus.Gatherer

	free sync.Mutex // held from the begin of a gathering until its last user is done; guards page and data
	page *page.Page
	data metricdata.ResourceMetrics

	mu      sync.Mutex // guards running and the users of gatherings
	running *gathering // one that is not over, or waits for the one before; nil: none
}

// gathering is one gathering, and the number of callers that use its families.
type gathering struct {
	over     chan struct{} // closed when families and err are there
	families []*dto.MetricFamily
	err      error
	users    int
}

// errPanicked is the error for callers that waited for a gathering that panicked.
var errPanicked = errors.New("exporterprom: a gatherer panicked")

// Gather returns the families of the page, and a function done. The caller calls done once, when it has read the
// families. Until then they do not change, and the next gathering waits. The caller must not change them.
func (c *collection) Gather() (families []*dto.MetricFamily, done func(), err error) {
	c.mu.Lock()
	g := c.running
	if g != nil {
		g.users++
		c.mu.Unlock()
		<-g.over
	} else {
		g = &gathering{over: make(chan struct{}), users: 1, err: errPanicked}
		c.running = g
		c.mu.Unlock()
		c.run(g)
	}
	return slices.Clone(g.families), sync.OnceFunc(func() { c.release(g) }), g.err
}

// run runs a gathering. It passes a gatherer's panic to the caller.
func (c *collection) run(g *gathering) {
	c.free.Lock()
	finished := false
	defer func() {
		c.mu.Lock()
		c.running = nil
		if !finished {
			g.users-- // the caller will not call done
		}
		unused := g.users == 0
		c.mu.Unlock()
		close(g.over)
		if unused {
			c.free.Unlock()
		}
	}()
	g.families, g.err = c.gather()
	finished = true
}

func (c *collection) release(g *gathering) {
	c.mu.Lock()
	g.users--
	unused := g.users == 0
	c.mu.Unlock()
	if unused {
		c.free.Unlock()
	}
}

// gather returns the whole page.
func (c *collection) gather() ([]*dto.MetricFamily, error) {
	others, errOthers := c.others.Gather()
	ours, err := c.collect()
	return merge([]source{{ours, err}, {others, errOthers}})
}

// collect updates the page. It reports errors as OpenTelemetry's exporter does: errors of a collection go to
// OpenTelemetry's error handler, and collect returns the metrics that cannot be on the page as an error.
func (c *collection) collect() (families []*dto.MetricFamily, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			families = nil
			err = errors.Join(fmt.Errorf("exporterprom: the collection panicked: %v\n%s", reason, debug.Stack()), c.reset())
		}
	}()
	began := time.Now()
	if err := c.reader.Collect(context.Background(), &c.data); err != nil {
		if errors.Is(err, sdkmetric.ErrReaderShutdown) {
			return nil, c.reset()
		}
		otel.Handle(err)
		if errors.Is(err, sdkmetric.ErrReaderNotRegistered) {
			return nil, nil
		}
	}
	families, err = c.page.Update(&c.data, began)
	keep(&c.data)
	return families, err
}

// keep leaves in data the memory that the next collection reuses, when there is one scope. Several scopes arrive in
// another order each time, and the SDK would write small data over large. Exponential histograms are always made anew.
func keep(data *metricdata.ResourceMetrics) {
	if len(data.ScopeMetrics) > 1 {
		data.ScopeMetrics = nil
		return
	}
	for _, scope := range data.ScopeMetrics {
		for i := range scope.Metrics {
			switch d := scope.Metrics[i].Data.(type) {
			case metricdata.Sum[int64]:
				forget(d.DataPoints)
			case metricdata.Sum[float64]:
				forget(d.DataPoints)
			}
		}
	}
}

// forget drops the memory of exemplars, which the SDK does not reuse.
func forget[N int64 | float64](points []metricdata.DataPoint[N]) {
	for i := range points {
		points[i].Exemplars = nil
	}
}

// reset begins with an empty page.
func (c *collection) reset() error {
	p, err := page.New(c.config.page())
	c.page, c.data = p, metricdata.ResourceMetrics{}
	return err
}

// copies gathers a page whose families are the caller's own.
type copies struct{ from *collection }

func (c copies) Gather() ([]*dto.MetricFamily, error) {
	families, done, err := c.from.Gather()
	defer done()
	return cloned(families), err
}
