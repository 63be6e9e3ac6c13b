// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// firstLive returns the time of the first sample that Prometheus has of families within a span, both its ends included; zero
// without one. It asks for coarse steps that leave no sample out, and then for the seconds before the first of them.
func firstLive(ctx context.Context, base *url.URL, names []string, from, to time.Time) (time.Time, error) {
	var first time.Time
	for _, name := range names {
		selector := fmt.Sprintf(`{__name__=~"%s(_count)?"}`, name)
		step, err := firstStep(ctx, base, selector, from, to)
		if err != nil {
			return first, err
		}
		if step.IsZero() {
			continue
		}
		if step.After(to) {
			step = to
		}
		query := fmt.Sprintf(`min(min_over_time((timestamp(%s) >= %s)[%ds:1s]))`, selector, seconds(from), int(coarse(from, to).Seconds()))
		var data struct {
			Result []struct{ Value promapi.Sample }
		}
		if err := promapi.Get(ctx, base, "/api/v1/query", url.Values{"query": {query}, "time": {seconds(step)}}, &data); err != nil {
			return first, err
		}
		for _, r := range data.Result {
			if at := time.UnixMilli(int64(r.Value.Value*1000 + 0.5)); first.IsZero() || at.Before(first) {
				first = at
			}
		}
	}
	return first, nil
}

// firstStep returns the first of coarse steps with a sample since the step before; zero without one.
func firstStep(ctx context.Context, base *url.URL, selector string, from, to time.Time) (time.Time, error) {
	step := coarse(from, to)
	var data struct {
		Result []struct{ Values []promapi.Sample }
	}
	values := url.Values{
		"query": {fmt.Sprintf(`count(present_over_time(%s[%ds]))`, selector, int(step.Seconds()))},
		"start": {seconds(from.Add(step - time.Millisecond))}, "end": {seconds(to.Add(step - time.Millisecond))}, "step": {strconv.Itoa(int(step.Seconds()))},
	}
	if err := promapi.Get(ctx, base, "/api/v1/query_range", values, &data); err != nil {
		return time.Time{}, err
	}
	if len(data.Result) == 0 || len(data.Result[0].Values) == 0 {
		return time.Time{}, nil
	}
	return time.UnixMilli(data.Result[0].Values[0].At), nil
}

// mostSteps is how many steps Prometheus answers with, less some. It refuses more than 11,000.
const mostSteps = 10_000

// coarse returns the step that is asked for first: five minutes, or more for long spans.
func coarse(from, to time.Time) time.Duration {
	return max(5*time.Minute, (to.Sub(from)/mostSteps).Truncate(time.Second)+time.Second)
}

func seconds(t time.Time) string { return strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64) }

// window returns how old samples may be that a receiver of remote writes takes. known is false when it does not say:
// then it is no Prometheus, or one whose API is elsewhere.
func window(ctx context.Context, write *url.URL) (age time.Duration, known bool) {
	base := *write
	base.Path, base.RawQuery = strings.TrimSuffix(write.Path, "/api/v1/write"), ""
	var data struct{ YAML string }
	if base.Path == write.Path || promapi.Get(ctx, &base, "/api/v1/status/config", nil, &data) != nil {
		return 0, false
	}
	var c struct {
		Storage struct {
			TSDB struct {
				Window string `yaml:"out_of_order_time_window"`
			} `yaml:"tsdb"`
		} `yaml:"storage"`
	}
	if yaml.Unmarshal([]byte(data.YAML), &c) != nil {
		return 0, false
	}
	if c.Storage.TSDB.Window == "" {
		return 0, true
	}
	d, err := model.ParseDuration(c.Storage.TSDB.Window)
	return time.Duration(d), err == nil
}
