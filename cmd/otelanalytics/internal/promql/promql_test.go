// SPDX-License-Identifier: Apache-2.0

package promql_test

import (
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promql"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func TestExpressions(t *testing.T) {
	plain := promql.Naming{}
	counter := plain.Series("logins_total", eventmap.Counter).Where(promql.Equal("method", `a"b`))
	duration := plain.Series("wait_seconds", eventmap.Histogram)
	native := promql.Naming{Namespace: "shop", Native: true}.Series("wait_seconds", eventmap.Histogram)
	for _, test := range []struct{ name, got, want string }{
		{"sum", counter.Sum(), `sum(logins_total{method="a\"b"})`},
		{"largest", plain.Series("users", eventmap.Gauge).Max("period"), `max by (period) (users)`},
		{"rate", counter.Where(promql.Match("job", "x|y")).Rate("5m", "a", "b"), `sum by (a, b) (rate(logins_total{method="a\"b", job=~"x|y"}[5m]))`},
		{"a selector is not added to the series before", counter.Increase("1h"), `sum(increase(logins_total{method="a\"b"}[1h]))`},
		{"average", duration.Average("5m", "a"), `sum by (a) (rate(wait_seconds_sum[5m])) / sum by (a) (rate(wait_seconds_count[5m]))`},
		{"average so far", duration.AverageSoFar("a"), `sum by (a) (wait_seconds_sum) / sum by (a) (wait_seconds_count)`},
		{"native average so far", native.AverageSoFar(), `histogram_avg(sum(shop_wait_seconds))`},
		{"quantile", duration.Quantile(0.95, "5m", "a"), `histogram_quantile(0.95, sum by (le, a) (rate(wait_seconds_bucket[5m])))`},
		{"observations", duration.Observations("5m"), `sum(rate(wait_seconds_count[5m]))`},
		{"observed", duration.Observed("5m"), `sum(increase(wait_seconds_count[5m]))`},
		{"native average", native.Average("5m"), `histogram_avg(sum(rate(shop_wait_seconds[5m])))`},
		{"native quantile", native.Quantile(0.5, "5m", "a"), `histogram_quantile(0.5, sum by (a) (rate(shop_wait_seconds[5m])))`},
		{"native observations", native.Observations("5m"), `histogram_count(sum(rate(shop_wait_seconds[5m])))`},
		{"native observed", native.Observed("5m"), `histogram_count(sum(increase(shop_wait_seconds[5m])))`},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", test.name, test.got, test.want)
		}
	}
}
