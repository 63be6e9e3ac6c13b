// SPDX-License-Identifier: Apache-2.0

package meterprovider

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
)

// lateReservoir holds the exemplars of one series. It makes the SDK's own reservoir when the first exemplar is offered,
// which is within the first sampled span. Most series never see one. The SDK's own takes 380 bytes a series on two cores,
// and draws random numbers for each series at each collection, whether it has exemplars or not.
//
// The SDK serialises the calls, as of each reservoir that does not say that it is safe for concurrent use.
type lateReservoir struct {
	provider exemplar.ReservoirProvider
	made     exemplar.Reservoir // nil: nothing was offered yet
}

// Offer implements exemplar.Reservoir.
func (r *lateReservoir) Offer(ctx context.Context, t time.Time, v exemplar.Value, dropped []attribute.KeyValue) {
	if r.made == nil {
		r.made = r.provider(*attribute.EmptySet()) // the SDK's providers do not look at the attributes
	}
	r.made.Offer(ctx, t, v, dropped)
}

// Collect implements exemplar.Reservoir. Without exemplars it leaves no room for them either: the SDK would make as much
// for the data point of each series.
func (r *lateReservoir) Collect(to *[]exemplar.Exemplar) {
	if r.made == nil {
		*to = nil
		return
	}
	r.made.Collect(to)
}

// lateReservoirs is the SDK's selection of reservoirs (OpenTelemetry metrics SDK, exemplar defaults), each made late.
func lateReservoirs(of sdkmetric.Aggregation) exemplar.ReservoirProvider {
	provider := sdkmetric.DefaultExemplarReservoirProviderSelector(of)
	return func(attribute.Set) exemplar.Reservoir { return &lateReservoir{provider: provider} }
}
