// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/otelanalytics/otelanalytics-go/"

// mayImport is the one import direction: what each package of this module may import of the others. A
// package's own internal packages need no mention.
var mayImport = map[string][]string{
	"eventctx":                               {"internal/actorkey"},
	"eventmap":                               {"internal/datapath", "internal/expression", "internal/identity", "internal/words", "internal/strictyaml"},
	"instruments":                            {"eventmap", "internal/expression", "internal/ownmetrics"},
	"eventstore":                             {"internal/eventdoc", "internal/ownership", "internal/safelog", "internal/words", "internal/background"},
	"eventstore/memsink":                     {"eventstore"},
	"eventstore/storetest":                   {"eventstore"},
	"eventstore/internal/extjson":            {},
	"mongostore":                             {"eventstore", "internal/bsondoc", "internal/eventdoc", "internal/mongosafe", "internal/defaults", "internal/suppression", "internal/words", "otelanalytics/config", "internal/background", "uniques/recordstore"},
	"mongostore/validator":                   {"eventmap", "mongostore", "internal/eventdoc", "internal/regexdialect"},
	"uniques":                                {"eventmap", "eventstore", "instruments", "internal/datapath", "internal/eventdoc", "internal/fieldtree", "internal/ownmetrics", "internal/safelog", "internal/words", "uniques/recordstore"},
	"uniques/mongouniques":                   {"eventmap", "eventstore", "mongostore", "observers", "otelanalytics/config", "uniques"},
	"uniques/internal/bucket":                {},
	"uniques/internal/sketch":                {"internal/defaults"},
	"uniques/recordstore":                    {},
	"uniques/recordstore/recordtest":         {"uniques/recordstore"},
	"eventstore/internal/condition":          {},
	"eventstore/internal/procdir":            {},
	"eventstore/internal/kept":               {"eventstore/internal/journal", "eventstore/internal/journal/filesystem", "eventstore/internal/journal/format"},
	"exporterprom":                           {"eventmap", "internal/metricsserver", "internal/ownmetrics"},
	"exporterprom/internal/lines":            {},
	"exporterprom/internal/page":             {},
	"otelanalytics":                          {"eventctx", "eventmap", "eventstore", "instruments", "internal/bsondoc", "internal/eventdoc", "internal/fieldtree", "otelanalytics/config", "internal/ownmetrics", "internal/safelog", "internal/words", "internal/background"},
	"otelanalytics/config":                   {"eventstore", "internal/defaults", "internal/servicelink", "internal/strictyaml", "internal/webaddress", "internal/words"},
	"ingest":                                 {"eventmap", "ingest/internal/lzstring", "internal/bsondoc", "internal/defaults", "internal/ownmetrics", "internal/rawjson", "internal/webaddress", "otelanalytics", "otelanalytics/config"},
	"ingest/internal/lzstring":               {},
	"httpinstr":                              {"eventctx", "internal/actorkey", "internal/bsondoc"},
	"observers":                              {"internal/defaults", "internal/ownmetrics"},
	"observers/activeusers":                  {"observers"},
	"observers/mongodbconns":                 {"observers"},
	"observers/redisconns":                   {"observers"},
	"telemetry":                              {"eventmap", "exporterprom", "instruments/meterprovider", "internal/metricsserver", "internal/words"},
	"otelanalytics/internal/typedcode":       {},
	"otelanalytics/typed":                    {},
	"otelanalytics/typed/typedimpl":          {"otelanalytics", "otelanalytics/internal/typedcode", "otelanalytics/typed", "internal/bsondoc"},
	"otelanalytics/analyticstest":            {"eventmap", "eventstore", "eventstore/memsink", "otelanalytics", "internal/eventdoc", "instruments/meterprovider"},
	"eventstore/internal/journal":            {"eventstore/internal/journal/filesystem", "eventstore/internal/journal/format"},
	"eventstore/internal/journal/filesystem": {"internal/ownership"},
	"eventstore/internal/journal/format":     {},
	"eventstore/internal/journal/faultfs":    {"eventstore/internal/journal/filesystem"},
	"internal/background":                    {},
	"internal/bsondoc":                       {"internal/rawjson"},
	"internal/datapath":                      {},
	"internal/rawjson":                       {},
	"internal/eventdoc":                      {"internal/bsondoc"},
	"instruments/meterprovider":              {"eventmap", "internal/ownmetrics"},
	"internal/actorkey":                      {},
	"internal/metricsserver":                 {},
	"internal/archtest":                      {},
	"internal/expression":                    {"internal/datapath", "internal/words"},
	"internal/evaluation":                    {"eventmap", "instruments", "internal/eventdoc", "internal/fieldtree"},
	"internal/fieldtree":                     {"eventmap", "instruments", "internal/bsondoc", "internal/words"},
	"internal/ownmetrics":                    {"eventmap"},
	"internal/httpbench":                     {"eventctx", "eventmap", "httpinstr", "otelanalytics"},
	"internal/identity":                      {},
	"internal/jsonschema":                    {},
	"internal/diagnosis":                     {},
	"internal/dnstest":                       {},
	"internal/loopback":                      {},
	"livepage":                               {"eventmap", "eventstore", "otelanalytics", "internal/diagnosis", "internal/evaluation", "internal/eventdoc", "internal/loopback", "internal/ownmetrics"},
	"internal/ownership":                     {},
	"internal/mongosafe":                     {},
	"internal/mongotest":                     {"internal/porttest", "internal/testserver"},
	"internal/natstest":                      {"internal/porttest", "internal/testserver"},
	"internal/testserver":                    {},
	"internal/refusals":                      {},
	"internal/porttest":                      {},
	"internal/queuetest":                     {"eventstore"},
	"internal/pageprogram":                   {},
	"internal/redistest":                     {},
	"internal/regexdialect":                  {},
	"internal/servicelink":                   {},
	"internal/historytest":                   {"eventmap", "otelanalytics"},
	"internal/servicetest":                   {"eventmap", "exporterprom", "instruments/meterprovider", "internal/ownmetrics", "otelanalytics"},
	"internal/wireserver":                    {"internal/porttest"},
	"internal/safelog":                       {},
	"internal/suppression":                   {"internal/ownership"},
	"internal/defaults":                      {},
	"internal/webaddress":                    {},
	"internal/words":                         {},
	"internal/strictyaml":                    {"internal/words"},
}

// mustNotNeed lists modules that a package must not depend on, however indirectly.
var mustNotNeed = map[string][]string{
	"eventctx":    {"go.opentelemetry.io/", "go.mongodb.org/", "github.com/"},
	"eventmap":    {"go.opentelemetry.io/", "go.mongodb.org/", "github.com/prometheus/client_golang"},
	"instruments": {"go.mongodb.org/", "github.com/prometheus/client_golang", "go.opentelemetry.io/otel/sdk"},
	"instruments/meterprovider": {
		"go.mongodb.org/", "github.com/prometheus/client_golang", "go.opentelemetry.io/otel/exporters", "google.golang.org/grpc",
	},
	// The durable queue needs the BSON codec for its quarantine file, and nothing else of MongoDB's driver.
	"eventstore": {
		"go.opentelemetry.io/", "github.com/prometheus/",
		"go.mongodb.org/mongo-driver/v2/mongo", "go.mongodb.org/mongo-driver/v2/event", "go.mongodb.org/mongo-driver/v2/x/mongo",
	},
	"eventstore/memsink": {"go.mongodb.org/mongo-driver/v2/mongo"},
	"mongostore":         {"go.opentelemetry.io/", "github.com/prometheus/client_golang", "github.com/axiomhq/"},
	"telemetry":          {"go.mongodb.org/"},
	// Sketches are compiled by those who count with them.
	"uniques":             {"go.mongodb.org/mongo-driver/v2/mongo", "go.opentelemetry.io/otel/sdk", "github.com/prometheus/client_golang"},
	"uniques/recordstore": {"go.mongodb.org/", "go.opentelemetry.io/", "github.com/"},
	// The shape of a document needs BSON and no database.
	"internal/eventdoc": {"go.mongodb.org/mongo-driver/v2/mongo", "go.opentelemetry.io/"},
	// A service compiles only the sources that it uses.
	"observers":              {"go.mongodb.org/", "github.com/redis/"},
	"observers/activeusers":  {"go.mongodb.org/", "github.com/redis/"},
	"observers/mongodbconns": {"github.com/redis/"},
	"observers/redisconns":   {"go.mongodb.org/"},
	"otelanalytics": {
		module + "mongostore", "go.mongodb.org/mongo-driver/v2/mongo", "github.com/axiomhq/",
		"github.com/prometheus/client_golang", "go.opentelemetry.io/otel/sdk/metric", "go.opentelemetry.io/otel/exporters", "google.golang.org/",
	},
	// Exporters are compiled by those who import telemetry alone.
	"exporterprom":                {"google.golang.org/grpc", "go.opentelemetry.io/otel/exporters/otlp", "github.com/prometheus/exporter-toolkit"},
	"httpinstr":                   {"google.golang.org/grpc", "go.opentelemetry.io/otel/exporters"},
	"ingest":                      {module + "mongostore", "go.mongodb.org/mongo-driver/v2/mongo", "github.com/prometheus/client_golang", "google.golang.org/grpc", "go.opentelemetry.io/otel/sdk/metric"},
	"internal/loopback":           {"go.opentelemetry.io/", "go.mongodb.org/", "github.com/"},
	"livepage":                    {"go.mongodb.org/mongo-driver/v2/mongo", "google.golang.org/grpc", "go.opentelemetry.io/otel/exporters", "go.opentelemetry.io/otel/sdk/metric"},
	"otelanalytics/typed":         {"github.com/", "go.mongodb.org/", "go.opentelemetry.io/", "golang.org/"},
	"otelanalytics/analyticstest": {"go.mongodb.org/mongo-driver/v2/mongo", "google.golang.org/grpc", "go.opentelemetry.io/otel/exporters"},
}

type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportDirection(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		seen[name] = true
		allowed, ok := mayImport[name]
		if !ok {
			t.Errorf("%s: not in the table of this test; say what it may import", name)
			continue
		}
		for _, i := range p.Imports {
			imported, ours := strings.CutPrefix(i, module)
			if !ours || strings.HasPrefix(imported, name+"/internal/") || slices.Contains(allowed, imported) {
				continue
			}
			t.Errorf("%s imports %s; it may import %v", name, imported, allowed)
		}
		for _, d := range p.Deps {
			for _, forbidden := range mustNotNeed[name] {
				if forbids(forbidden, d) && !slices.Contains(exceptions[name], d) {
					t.Errorf("%s needs %s", name, d)
				}
			}
		}
	}
	for name := range mayImport {
		if !seen[name] {
			t.Errorf("%s is in the table of this test and does not exist", name)
		}
	}
}

// forbids reports whether a path forbids a dependency. One of other modules forbids none of this module.
func forbids(path, dependency string) bool {
	return strings.HasPrefix(dependency, path) && strings.HasPrefix(path, module) == strings.HasPrefix(dependency, module)
}

// TestForbiddenPathsCanMatch finds entries of mustNotNeed that forbid nothing, because no package that this module needs
// and no module of go.sum has a path that begins so, or because they belong to no package.
func TestForbiddenPathsCanMatch(t *testing.T) {
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	known := make(map[string]bool)
	for line := range strings.Lines(string(sums)) {
		path, _, _ := strings.Cut(line, " ")
		known[path] = true
	}
	for _, p := range list(t) {
		known[p.ImportPath] = true
		for _, path := range p.Deps {
			known[path] = true
		}
	}
	for name, paths := range mustNotNeed {
		if _, ok := mayImport[name]; !ok {
			t.Errorf("mustNotNeed has %s, which does not exist", name)
		}
		for _, p := range paths {
			matches := false
			for path := range known {
				matches = matches || forbids(p, path)
			}
			if !matches {
				t.Errorf("mustNotNeed[%q] has %q, with which no path of a known package or module begins; write the whole path", name, p)
			}
		}
	}
}

// exceptions are packages below a forbidden prefix that are allowed.
var exceptions = map[string][]string{
	"eventmap": {"github.com/prometheus/otlptranslator"},
}

// TestRootModuleStaysLean keeps what only examples need out of the module that users require.
func TestRootModuleStaysLean(t *testing.T) {
	cmd := exec.Command("go", "mod", "edit", "-json") // what go.mod names is what packages and tests of the module need
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Require []struct{ Path string } }
	if err := json.Unmarshal(out, &file); err != nil || len(file.Require) == 0 {
		t.Fatalf("go.mod requires %d modules: %v", len(file.Require), err)
	}
	for _, r := range file.Require {
		m := r.Path
		for _, no := range []string{"github.com/FerretDB/", "modernc.org/", "honnef.co/", "mvdan.cc/", "github.com/aws/", "cloud.google.com/"} {
			if strings.HasPrefix(m, no) {
				t.Errorf("the root module requires %s", m)
			}
		}
	}
}
