// SPDX-License-Identifier: Apache-2.0

package deliver

import (
	"log/slog"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestValidator: the store gets the validator of the map with --validator alone. It makes the indexes in either case.
func TestValidator(t *testing.T) {
	m, err := eventmap.Parse([]byte("version: 1\nmetrics: {n: {instrument: counter}}\nevents: {e: {record: [{metric: n}]}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, validate := range []bool{false, true} {
		s := settings{validate: validate}
		conf, _, err := s.storeConfig(config.Config{}, m, slog.New(slog.DiscardHandler), sdkmetric.NewMeterProvider())
		if err != nil || conf.Validator != nil != validate || conf.EventMap != m || conf.WithoutIndexes {
			t.Errorf("validate %v: %+v, %v", validate, conf, err)
		}
	}
}
