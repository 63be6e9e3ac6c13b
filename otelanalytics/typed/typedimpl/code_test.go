// SPDX-License-Identifier: Apache-2.0

package typedimpl_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/servicetest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/analyticstest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/typed/typedimpl"
)

// TestCodeAndMap starts programs whose generated code belongs to the map of their client, or does not.
func TestCodeAndMap(t *testing.T) {
	m := servicetest.Map(t, logins)
	same := typedimpl.Code{MapVersion: m.Hash(), Events: []string{"user_logged_in", "probe.*"}}
	other := typedimpl.Code{MapVersion: "0123456789abcdef", Events: []string{"gone", "user_logged_in", "left.*"}}
	changed := typedimpl.Code{MapVersion: "0123456789abcdef", Events: []string{"user_logged_in"}}
	for _, test := range []struct {
		name   string
		code   typedimpl.Code
		strict bool
		module string
		warns  []string // nil: nothing is logged
		fails  []string // nil: no error
	}{
		{name: "same", code: same},
		{name: "same, strict", code: same, strict: true},
		{name: "other", code: other, warns: []string{"level=WARN", "code_map_version=0123456789abcdef", "map_version=" + m.Hash(), "not_declared=\"[gone left.*]\""}},
		{name: "other, module", code: other, module: "users", warns: []string{"level=WARN", "module=users"}},
		{name: "other, strict", code: other, strict: true, fails: []string{"0123456789abcdef", m.Hash(), "gone, left.*", "otelanalytics generate go"}},
		{name: "same events", code: changed, warns: []string{"level=WARN", "not_declared=[]"}},
		{name: "same events, strict", code: changed, strict: true, fails: []string{"0123456789abcdef", m.Hash()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			options := []otelanalytics.Option{otelanalytics.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))}
			if test.strict {
				options = append(options, otelanalytics.WithStrict())
			}
			rec := analyticstest.New(t, m, options...)
			var to otelanalytics.Tracker = rec.Client
			if test.module != "" {
				to = rec.Client.Module(test.module)
			}
			types, err := typedimpl.EventTypes(to, test.code)
			if (err != nil) != (test.fails != nil) || err != nil && !errors.Is(err, typed.ErrOutdatedCode) {
				t.Fatalf("got %v", err)
			}
			if err == nil && len(types) != len(test.code.Events) {
				t.Errorf("%d event types for %d events", len(types), len(test.code.Events))
			}
			for _, want := range test.fails {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q: %v", want, err)
				}
			}
			for _, want := range test.warns {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log does not say %q:\n%s", want, &log)
				}
			}
			if test.warns == nil && log.Len() > 0 {
				t.Errorf("the log says\n%s", &log)
			}
		})
	}
}

func TestNothingToTrackThrough(t *testing.T) {
	if _, err := typedimpl.EventTypes(nil, typedimpl.Code{}); err == nil {
		t.Error("nil was taken for a client")
	}
	code := typedimpl.Code{MapVersion: "0123456789abcdef", Events: []string{"user_logged_in"}}
	types, err := typedimpl.EventTypes(otelanalytics.NewNop(), code)
	if err != nil {
		t.Fatal(err)
	}
	if err := data("email").Track(t.Context(), types[0], "", typed.Meta{}); err != nil {
		t.Error(err)
	}
}

// TestWrappedClient tracks through a type of a program that has a client in it.
func TestWrappedClient(t *testing.T) {
	rec, _ := start(t)
	wrapped := struct{ *otelanalytics.Client }{rec.Client}
	types, err := typedimpl.EventTypes(wrapped, typedimpl.Code{MapVersion: servicetest.Map(t, logins).Hash(), Events: []string{"user_logged_in"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := data("email").Track(t.Context(), types[0], "", typed.Meta{}); err != nil || len(rec.Events("user_logged_in")) != 1 {
		t.Errorf("%v, %d events", err, len(rec.Events("user_logged_in")))
	}
}
