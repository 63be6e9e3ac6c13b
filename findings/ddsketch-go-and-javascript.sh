#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A DDSketch that crosses between JavaScript and Go is off by a bucket, or empty, without an error.
#
# Expected  DDSketch has a protobuf form, so that services in several languages can send their sketches to one place. Both libraries
#           are of the authors of DDSketch and read and write that form. A quantile of a sketch that was read is as accurate
#           as before, here within 1 %, and the count is the same.
# Seen      Of 1..1000, Go reads from JavaScript a maximum of 1022.7 and a median of 507.8, 2 % more than JavaScript itself; the sketches
#           merge without an error. JavaScript reads from Go's default sketch nothing: a count of 0. Go keeps its buckets in a
#           map of the message there, which JavaScript does not read. From Go's dense sketch it reads a maximum of 982.6.
#           The sum is gone in both directions, since the form has none. The npm package's toProto fails before protobufjs
#           is installed, which is not among its dependencies.
# Versions  npm @datadog/sketches-js 2.1.1, protobufjs 7.6.6; Go github.com/DataDog/sketches-go 1.4.8
# Date      2026-11-28
# Sources   https://github.com/DataDog/sketches-go/blob/master/README.md
#           https://github.com/DataDog/sketches-js/blob/master/README.md
set -euo pipefail

recorded='toProto of the npm package alone: MODULE_NOT_FOUND protobufjs/minimal
written by JavaScript          count 1000, median 497.8, maximum 1002.4
JavaScript, read by JavaScript count 1000, median 497.8, maximum 1002.4
JavaScript, read by Go         count 1000, median 507.8, maximum 1022.7
written by Go, default         count 1000, median 497.8, maximum 1002.4
written by Go, dense           count 1000, median 497.8, maximum 1002.4
default, read by JavaScript    count 0, median NaN, maximum NaN
dense, read by JavaScript      count 1000, median 487.9, maximum 982.6'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >write.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { DDSketch } from '@datadog/sketches-js';
import { show } from './show.mjs';
const sketch = new DDSketch({ relativeAccuracy: 0.01 });
for (let value = 1; value <= 1000; value++) sketch.accept(value);
writeFileSync('javascript.bin', sketch.toProto());
show('written by JavaScript', sketch);
show('JavaScript, read by JavaScript', DDSketch.fromProto(sketch.toProto()));
JS

cat >show.mjs <<'JS'
export function show(name, sketch) {
  const of = (q) => sketch.getValueAtQuantile(q).toFixed(1);
  console.log(`${name.padEnd(30)} count ${sketch.count}, median ${of(0.5)}, maximum ${of(1)}`);
}
JS

cat >read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { DDSketch } from '@datadog/sketches-js';
import { show } from './show.mjs';
for (const name of ['default', 'dense']) show(`${name}, read by JavaScript`, DDSketch.fromProto(readFileSync(`${name}.bin`)));
JS

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/pb/sketchpb"
	"github.com/DataDog/sketches-go/ddsketch/store"
	"google.golang.org/protobuf/proto"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func show(name string, sketch *ddsketch.DDSketch) {
	values, err := sketch.GetValuesAtQuantiles([]float64{0.5, 1})
	must(err)
	fmt.Printf("%-30s count %.0f, median %.1f, maximum %.1f\n", name, sketch.GetCount(), values[0], values[1])
}

func main() {
	text, err := os.ReadFile("javascript.bin")
	must(err)
	var message sketchpb.DDSketch
	must(proto.Unmarshal(text, &message))
	read, err := ddsketch.FromProtoWithStoreProvider(&message, store.DenseStoreConstructor)
	must(err)
	show("JavaScript, read by Go", read)

	standard, err := ddsketch.NewDefaultDDSketch(0.01)
	must(err)
	dense, err := ddsketch.LogUnboundedDenseDDSketch(0.01)
	must(err)
	for _, s := range []struct {
		name   string
		sketch *ddsketch.DDSketch
	}{{"default", standard}, {"dense", dense}} {
		for value := 1; value <= 1000; value++ {
			must(s.sketch.Add(float64(value)))
		}
		text, err := proto.Marshal(s.sketch.ToProto())
		must(err)
		must(os.WriteFile(s.name+".bin", text, 0o600))
		show("written by Go, "+s.name, s.sketch)
	}
}
GO

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get github.com/DataDog/sketches-go@v1.4.8 google.golang.org/protobuf@v1.36.12 2>/dev/null
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @datadog/sketches-js@2.1.1
saw=$(
  printf 'toProto of the npm package alone: '
  node -e 'import("@datadog/sketches-js").then((m) => new m.DDSketch().toProto()).then(() => console.log("works"), (e) => console.log(e.code, e.message.match(/[a-z]+\/[a-z]+/)[0]))'
  npm install --silent --no-audit --no-fund protobufjs@7.6.6
  node write.mjs
  go run .
  node read.mjs
)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
