// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// firstLive returns the time of the first sample that Prometheus has of families within a span; zero without one.
func firstLive(ctx context.Context, base *url.URL, names []string, from, to time.Time) (time.Time, error) {
	// Coarse steps see every series, since a sample is found for five minutes. Fine ones then find the first sample.
	first, err := earliest(ctx, base, names, to.Sub(from), "4m", to)
	if err != nil || first.IsZero() {
		return first, err
	}
	finer, err := earliest(ctx, base, names, 5*time.Minute, "1s", first)
	if err == nil && !finer.IsZero() {
		first = finer
	}
	return first, err
}

// earliest returns the time of the first sample that is seen at the steps of a span before a time.
func earliest(ctx context.Context, base *url.URL, names []string, span time.Duration, step string, before time.Time) (time.Time, error) {
	var first time.Time
	for _, name := range names {
		var data struct {
			Result []struct{ Value [2]any }
		}
		query := fmt.Sprintf(`min(min_over_time(timestamp({__name__=~"%s(_count)?"})[%ds:%s]))`, name, int(span.Seconds()), step)
		values := url.Values{"query": {query}, "time": {strconv.FormatInt(before.Unix(), 10)}}
		if err := promapi.Get(ctx, base, "/api/v1/query", values, &data); err != nil {
			return first, err
		}
		for _, r := range data.Result {
			text, _ := r.Value[1].(string)
			seconds, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return first, fmt.Errorf("%s answers with %q where a time should be", promapi.Shown(base), text)
			}
			if at := time.UnixMilli(int64(seconds * 1000)); first.IsZero() || at.Before(first) {
				first = at
			}
		}
	}
	return first, nil
}

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
	return days(c.Storage.TSDB.Window), true
}

// days reads a duration as Prometheus writes it: 1w2d3h.
func days(text string) time.Duration {
	var all time.Duration
	for text != "" {
		n := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if n <= 0 {
			return 0
		}
		count, err := strconv.Atoi(text[:n])
		text = text[n:]
		end := strings.IndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' })
		if end < 0 {
			end = len(text)
		}
		unit, ok := map[string]time.Duration{
			"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
		}[text[:end]]
		if err != nil || !ok {
			return 0
		}
		all += time.Duration(count) * unit
		text = text[end:]
	}
	return all
}
