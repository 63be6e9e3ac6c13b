// SPDX-License-Identifier: Apache-2.0

package promapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Series is a series with samples as they were scraped.
type Series struct {
	Labels  map[string]string
	Samples []Sample
}

// Sample is a value at a time in milliseconds.
type Sample struct {
	At    int64
	Value float64
}

// UnmarshalJSON reads [seconds, "value"].
func (s *Sample) UnmarshalJSON(text []byte) error {
	var pair [2]json.RawMessage
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	seconds, err := strconv.ParseFloat(string(pair[0]), 64)
	if err != nil {
		return err
	}
	var value string
	if err := json.Unmarshal(pair[1], &value); err != nil {
		return err
	}
	s.At = int64(seconds*1000 + 0.5)
	s.Value, err = strconv.ParseFloat(value, 64)
	return err
}

// Raw returns the raw samples that a selector finds behind from and not behind to.
func Raw(ctx context.Context, base *url.URL, selector string, from, to time.Time) ([]Series, error) {
	var data struct {
		ResultType string
		Result     []struct {
			Metric map[string]string
			Values []Sample
		}
	}
	query := fmt.Sprintf("%s[%dms]", selector, to.Sub(from).Milliseconds())
	at := strconv.FormatFloat(float64(to.UnixMilli())/1000, 'f', 3, 64)
	if err := Get(ctx, base, "/api/v1/query", url.Values{"query": {query}, "time": {at}}, &data); err != nil {
		return nil, err
	}
	series := make([]Series, len(data.Result))
	for i, r := range data.Result {
		series[i] = Series{r.Metric, r.Values}
	}
	return series, nil
}
