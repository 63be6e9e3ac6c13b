// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/klauspost/compress/snappy"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/promapi"
)

// remote sends slices by Prometheus' remote write protocol, version 1.0.
type remote struct {
	to     *url.URL
	client *http.Client
}

// The bounds of one request.
const (
	requestSamples = 10_000
	requestTimeout = time.Minute
)

// sendAttempts is how often a request is sent that a server has no time for. Between them are pauses, doubled each time.
const (
	sendAttempts = 6
	sendPause    = 500 * time.Millisecond
)

func newRemote(to *url.URL) *remote {
	return &remote{to, &http.Client{Timeout: requestTimeout}}
}

// write sends the samples of each series by time. What was sent before is the same, which a receiver ignores.
func (t *remote) write(ctx context.Context, s *slice) (file string, samples int64, err error) {
	var body []byte
	pending := 0
	flush := func() error {
		if pending == 0 {
			return nil
		}
		err := t.send(ctx, body)
		samples += int64(pending)
		body, pending = body[:0], 0
		return err
	}
	series := newSeriesBuffer()
	err = s.samples(func(*family) {}, func(x sample) error {
		// Samples of a histogram come by time: its series are collected, and flushed when the next one begins.
		if series.of != x.history {
			body = series.appendTo(body)
			series.begin(x.history)
			if pending >= requestSamples {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		series.add(&x)
		pending++
		return nil
	})
	if err == nil {
		body = series.appendTo(body)
		err = flush()
	}
	return "", samples, err
}

// seriesBuffer has the samples of one history, by the series that it makes.
type seriesBuffer struct {
	of    *history
	order []string
	data  map[string]*encodedSeries
}

type encodedSeries struct{ labels, samples []byte }

func newSeriesBuffer() *seriesBuffer { return &seriesBuffer{data: make(map[string]*encodedSeries)} }

func (b *seriesBuffer) begin(h *history) {
	b.of, b.order = h, b.order[:0]
	clear(b.data)
}

func (b *seriesBuffer) add(x *sample) {
	key := x.name + " " + x.le
	s, ok := b.data[key]
	if !ok {
		s = &encodedSeries{labels: encodeLabels(x)}
		b.data[key] = s
		b.order = append(b.order, key)
	}
	one := protowire.AppendTag(nil, 1, protowire.Fixed64Type)
	one = protowire.AppendFixed64(one, math.Float64bits(x.value))
	one = protowire.AppendTag(one, 2, protowire.VarintType)
	one = protowire.AppendVarint(one, uint64(x.at))
	s.samples = protowire.AppendTag(s.samples, 2, protowire.BytesType)
	s.samples = protowire.AppendBytes(s.samples, one)
}

// appendTo appends the series as fields 1 of a WriteRequest.
func (b *seriesBuffer) appendTo(body []byte) []byte {
	for _, key := range b.order {
		s := b.data[key]
		body = protowire.AppendTag(body, 1, protowire.BytesType)
		body = protowire.AppendVarint(body, uint64(len(s.labels)+len(s.samples)))
		body = append(append(body, s.labels...), s.samples...)
	}
	return body
}

// encodeLabels returns the labels as fields 1 of a TimeSeries, sorted by name.
func encodeLabels(x *sample) []byte {
	var dst []byte
	one := func(name, value string) {
		l := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), name)
		l = protowire.AppendString(protowire.AppendTag(l, 2, protowire.BytesType), value)
		dst = protowire.AppendBytes(protowire.AppendTag(dst, 1, protowire.BytesType), l)
	}
	named, le := false, x.le == ""
	for _, p := range x.history.pairs {
		if !named && p[0] > "__name__" {
			one("__name__", x.name)
			named = true
		}
		if !le && p[0] > "le" {
			one("le", x.le)
			le = true
		}
		if p[1] != "" {
			one(p[0], p[1])
		}
	}
	if !named {
		one("__name__", x.name)
	}
	if !le {
		one("le", x.le)
	}
	return dst
}

// errRefused says what a receiver has against samples.
var errRefused = errors.New("the receiver refuses the samples")

// send sends one request, again while the receiver has no time.
func (t *remote) send(ctx context.Context, message []byte) error {
	body := snappy.Encode(nil, message)
	for attempt, pause := 1, sendPause; ; attempt, pause = attempt+1, 2*pause {
		again, err := t.post(ctx, body)
		if err == nil || !again || attempt == sendAttempts {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *remote) post(ctx context.Context, body []byte) (again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.to.String(), bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("--remote-write %s cannot be asked", promapi.Shown(t.to))
	}
	request.Header.Set("Content-Type", "application/x-protobuf")
	request.Header.Set("Content-Encoding", "snappy")
	request.Header.Set("X-Prometheus-Remote-Write-Version", "0.1.0")
	response, err := t.client.Do(request)
	if err != nil {
		return true, promapi.Safe(t.to, err)
	}
	defer response.Body.Close()
	says, _ := io.ReadAll(io.LimitReader(response.Body, 512)) // for people
	if response.StatusCode < 300 {
		return false, nil
	}
	again = response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500
	err = fmt.Errorf("%w: %s answers %d: %s", errRefused, promapi.Shown(t.to), response.StatusCode, strings.TrimSpace(string(says)))
	if strings.Contains(string(says), "out of order") || strings.Contains(string(says), "out of bounds") || strings.Contains(string(says), "too old") {
		err = fmt.Errorf("%w\nIt takes no old samples: set storage.tsdb.out_of_order_time_window in prometheus.yml to more than their age, or write files without --remote-write", err)
	}
	return again, err
}
