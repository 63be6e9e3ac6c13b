// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

func TestStrict(t *testing.T) {
	rec := analyticstest.New(t, parse(t), otelanalytics.WithStrict())
	err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "order_placed"})
	if !errors.Is(err, otelanalytics.ErrUnknownEvent) {
		t.Errorf("error %v, want ErrUnknownEvent", err)
	}
	if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "order.placed"}); err != nil {
		t.Error(err)
	}
	if st := rec.Client.Stats(); st.Accepted != 1 || st.Rejected != 1 || len(rec.Events("")) != 1 {
		t.Errorf("%+v and %d stored, want one accepted, one rejected, one stored", st, len(rec.Events("")))
	}
}

func TestNop(t *testing.T) {
	c := otelanalytics.NewNop()
	typed, err := c.EventType("any")
	if err != nil {
		t.Fatal(err)
	}
	unusable := otelanalytics.Event{Data: func() {}}
	for name, err := range map[string]error{
		"Track":       c.Track(t.Context(), unusable),
		"TrackBatch":  c.TrackBatch(t.Context(), []otelanalytics.Event{unusable}),
		"Record":      c.Record(t.Context(), "any", nil),
		"type Track":  typed.Track(t.Context(), unusable),
		"type Record": typed.Record(t.Context(), func() {}),
		"Module":      c.Module("m").Track(t.Context(), unusable),
		"Configure":   c.Configure(config.Runtime{DisabledEvents: []string{"any"}}),
		"Flush":       c.Flush(t.Context()),
		"Shutdown":    c.Shutdown(t.Context()),
		"after it":    c.Track(t.Context(), unusable),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.Switches().SetMetrics(false)
	if c.Stats() != (otelanalytics.Stats{}) || c.Health(t.Context()).Status != otelanalytics.StatusDisabled {
		t.Errorf("%+v %+v", c.Stats(), c.Health(t.Context()))
	}
}

func TestNoopProviderIsWarnedAbout(t *testing.T) {
	for name, c := range map[string]struct {
		options []otelanalytics.Option
		want    int
	}{
		"no-op":          {[]otelanalytics.Option{otelanalytics.WithMeterProvider(noop.NewMeterProvider())}, 1},
		"global, unset":  {nil, 1},
		"SDK":            {[]otelanalytics.Option{otelanalytics.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))}, 0},
		"switched off":   {[]otelanalytics.Option{otelanalytics.WithConfig(config.Config{MetricsDisabled: true})}, 0},
		"only one noise": {[]otelanalytics.Option{otelanalytics.WithMeterProvider(noop.NewMeterProvider()), otelanalytics.WithStrict()}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			log := new(servicetest.Log)
			client, err := otelanalytics.New(parse(t), append(c.options, otelanalytics.WithLogger(slog.New(slog.NewTextHandler(log, nil))))...)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := client.Track(t.Context(), otelanalytics.Event{Type: "user_logged_in"}); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.Count(log.String(), "metrics go nowhere"); got != c.want {
				t.Errorf("%d warnings, want %d:\n%s", got, c.want, log)
			}
		})
	}
}

func TestMistypedFieldsAreCountedAndStored(t *testing.T) {
	m := servicetest.Map(t, `
version: 1
metrics:
  total: {instrument: counter, number: double}
events:
  bought:
    data:
      amount: {type: double}
      n: {type: int}
      who.name: {type: string}
      when: {type: date}
      free: {description: anything}
    record: [{metric: total, value: amount}]
`)
	log := new(servicetest.Log)
	rec := analyticstest.New(t, m, otelanalytics.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	for _, data := range []map[string]any{
		{"amount": 2, "n": 3.0, "who": map[string]any{"name": "marked-name"}, "free": true},       // as declared
		{"amount": "2", "n": 3.5, "who": map[string]any{"name": 7}, "when": "marked", "extra": 1}, // four are not
		{"amount": "2", "who": "marked", "n": nil},                                                // one is not; who.name and n are missing
	} {
		if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "bought", Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(rec.Events("bought")); got != 3 {
		t.Errorf("%d stored, want all 3", got)
	}
	if got := rec.Delta("total"); got != 2 {
		t.Errorf("total is %v, want 2", got)
	}
	text := log.String()
	if strings.Count(text, "not of the type") != 4 || strings.Contains(text, "marked") ||
		!strings.Contains(text, "event_type=bought field=who.name declared=string") {
		t.Errorf("want one warning for each of four fields, without values:\n%s", text)
	}
	if got := rec.Violations(); len(got) != 4 || got[0] != (analyticstest.Violation{EventType: "bought", Field: "amount", Rule: eventmap.TypeRule, Count: 2}) {
		t.Errorf("violations %+v", got)
	}
}

// TestMistypedIsOnThePage with a contract and without one, and not for a field that is redacted.
func TestMistypedIsOnThePage(t *testing.T) {
	for _, mode := range []string{"count", "omit", "reject"} {
		for _, redact := range []string{"", ", redact: drop"} {
			m := servicetest.Map(t, "version: 1\non_violation: "+mode+"\nevents: {bought: {data: {n: {type: int}, s: {type: string"+redact+"}}}}")
			s := &service{t: t, log: new(servicetest.Log), eventMap: m}
			s.run()
			for range 2 {
				if err := s.client.Record(t.Context(), "bought", map[string]any{"n": "x", "s": 5}); (err != nil) != (mode == "reject") {
					t.Fatal(err)
				}
			}
			s.has(`otelanalytics_fields_mistyped_total{event_type="bought",field="n"} 2`)
			if got := servicetest.Read(t, s.Page).Sum("otelanalytics_fields_mistyped_total"); redact == "" && got != 4 || redact != "" && got != 2 {
				t.Errorf("%s%s: %v mistyped fields", mode, redact, got)
			}
		}
	}
}

func TestRedactionNeedsAKey(t *testing.T) {
	m := servicetest.Map(t, "version: 1\nevents: {bought: {data: {ip: {type: string, redact: hash}}}}")
	for name, c := range map[string]struct {
		options []otelanalytics.Option
		want    string
	}{
		"none":                      {nil, "otelanalytics: the event map has fields with redact: hash, and there is no key to hash them with: give one with WithRedactKey, or set OTELANALYTICS_REDACT_KEY and load the configuration"},
		"short":                     {[]otelanalytics.Option{otelanalytics.WithRedactKey([]byte("secret"))}, "otelanalytics: WithRedactKey: the key has 6 bytes; it must have at least 16"},
		"short but for its newline": {[]otelanalytics.Option{otelanalytics.WithRedactKey([]byte("0123456789abcde\n"))}, "otelanalytics: WithRedactKey: the key has 15 bytes; it must have at least 16"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := otelanalytics.New(m, c.options...); err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
	configured := config.Default()
	configured.RedactKey = "0123456789abcdef\n"
	for name, option := range map[string]otelanalytics.Option{
		"key":               otelanalytics.WithRedactKey([]byte("0123456789abcdef")),
		"key of a file":     otelanalytics.WithRedactKey([]byte("0123456789abcdef\r\n")),
		"key of the config": otelanalytics.WithConfig(configured),
	} {
		t.Run(name, func(t *testing.T) {
			rec := analyticstest.New(t, m, option)
			if err := rec.Client.Track(t.Context(), otelanalytics.Event{Type: "bought", Data: map[string]any{"ip": "10.1.2.3"}}); err != nil {
				t.Fatal(err)
			}
			// printf 10.1.2.3 | openssl dgst -sha256 -hmac 0123456789abcdef
			const want = "5fb61362ea5bf47e4003a18950fa8196366dbd6ebc4c513411174a16f84e0b83"
			if got := rec.Events("bought")[0].Data["ip"]; got != want {
				t.Errorf("stored: %v, want %s", got, want)
			}
			if got, err := otelanalytics.RedactHash([]byte("0123456789abcdef\n"), "10.1.2.3"); err != nil || got != want {
				t.Errorf("to look for: %v, %v, want %s", got, err, want)
			}
		})
	}
}
