// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/mongostore"
	"github.com/otelanalytics/otelanalytics-go/tests/bench/internal/login"
)

// rules are eight rules on the five fields of the payload, which keeps to them.
var rules = strings.NewReplacer(
	"auth_method: {type: string}", "auth_method: {type: string, required: true, values: [email, google]}",
	"account_type: {type: string}", "account_type: {type: string, max_length: 20}",
	"n: {type: int}", "n: {type: int, min: 0, max: 100}",
	"ratio: {type: double}", "ratio: {type: double, min: 0, max: 1}",
	"first: {type: bool}", "first: {type: bool, required: true}",
)

// trackRules compares events with rules for their fields and events with the same fields without.
func trackRules(b *run1) []Result {
	text := rules.Replace(string(login.Map))
	if strings.Count(text, "required") != 2 || strings.Count(text, "max:") != 2 {
		b.Fatal("the map has other fields than the rules are for")
	}
	e, ctx := loggedIn(), context.Background()
	client := b.clientOf(b.eventMap(text), b.store(mongostore.Config{URI: nowhere}))
	one := func() { b.must(client.Track(ctx, e)) }
	o, p := b.turns(serial(one), serial(b.tracker()))
	r := ratio("track_rules", "ns", o, p, 1.12)
	allocations := testing.AllocsPerRun(1_000, one)
	r.Allocations = &allocations
	return []Result{r}
}
