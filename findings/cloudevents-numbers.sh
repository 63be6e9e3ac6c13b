#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The CloudEvents SDK for Go cuts the fraction of a number in an extension attribute; the one for JavaScript refuses it.
#
# Expected  An extension holds text, a boolean or an integer of 32 bits, so that both SDKs refuse a number with a fraction, and
#           an integer of more bits.
# Seen      In Go, SetExtension("amount", 1.5) becomes the integer 1, without an error, and the event is valid; 2.9 becomes 2.
#           In JavaScript an integer beyond 32 bits is sent, which a receiver in Go refuses.
# Versions  Go github.com/cloudevents/sdk-go/v2 2.16.2; npm cloudevents 10.0.0
# Date      2026-11-27
# Sources   https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system
set -euo pipefail

recorded='Go          1.5 is sent as 1
Go          2.9 is sent as 2
Go          1099511627776 refused
JavaScript  1.5 refused
JavaScript  2.9 refused
JavaScript  1099511627776 is sent as 1099511627776'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	cloudevents "github.com/cloudevents/sdk-go/v2"
)

func main() {
	got := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header.Get("ce-amount") }))
	defer server.Close()
	for _, amount := range []any{1.5, 2.9, int64(1) << 40} {
		e := cloudevents.NewEvent()
		e.SetID("1")
		e.SetType("order.placed")
		e.SetSource("shop")
		e.SetExtension("amount", amount)
		client, err := cloudevents.NewClientHTTP(cloudevents.WithTarget(server.URL))
		if err != nil {
			panic(err)
		}
		if err := e.Validate(); err != nil {
			fmt.Printf("Go          %v refused\n", amount)
			continue
		}
		client.Send(context.Background(), e)
		fmt.Printf("Go          %v is sent as %s\n", amount, <-got)
	}
}
GO
cat >send.cjs <<'JS'
const { CloudEvent, HTTP } = require('cloudevents');

for (const amount of [1.5, 2.9, 2 ** 40]) {
  try {
    const { headers } = HTTP.binary(new CloudEvent({ id: '1', type: 'order.placed', source: 'shop', amount }));
    console.log(`JavaScript  ${amount} is sent as ${headers['ce-amount']}`);
  } catch (error) {
    console.log(`JavaScript  ${amount} refused`);
  }
}
JS

go mod init finding 2>/dev/null
go mod edit -require=github.com/cloudevents/sdk-go/v2@v2.16.2
go build -mod=mod -o send . 2>build.log || { cat build.log >&2; exit 1; }
npm install --loglevel=error --no-audit --no-fund --ignore-scripts cloudevents@10.0.0 >/dev/null
saw=$(./send; node send.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
