// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// given declares the variables that snippets take for granted.
const given = `
var (
	ctx      context.Context
	deadline context.Context
	err      error
	m        *eventmap.Map
	cfg      config.Config
	store    *mongostore.Store
	provider *sdkmetric.MeterProvider
	prom     *exporterprom.Exporter
	tel      *telemetry.SDK
	client   *otelanalytics.Client
	rec      *analyticstest.Recorder
	pool     *mongodbconns.Pool
	sink     eventstore.Sink
	reader   sdkmetric.Reader
	mux      *http.ServeMux
	r        *http.Request
	file     *os.File
	uri      string
	id       [16]byte
	doc      []byte
	t        *testing.T

	redisClient      redis.UniversalClient
	queue            struct{ Len func(context.Context) (float64, error) }
	order            http.HandlerFunc
	userOf, sessionOf, roleOf func(*http.Request) string
)`

// theirs are names of packages that are not here, and of the reader's own program, which snippets may use undeclared.
var theirs = []string{
	"chi", "gin", "router", "engine", "events", "signUp", "openSink", "auth", "actor", "shoppb", "impl", "serverOptions",
	"shopService", // of another file of the page
}

// others are the packages of other modules that snippets use, by the names that they use.
var others = map[string]string{
	"sdkmetric":  "go.opentelemetry.io/otel/sdk/metric",
	"otel":       "go.opentelemetry.io/otel",
	"otelhttp":   "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
	"otelgrpc":   "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc",
	"grpc":       "google.golang.org/grpc",
	"prometheus": "github.com/prometheus/client_golang/prometheus",
	"options":    "go.mongodb.org/mongo-driver/v2/mongo/options",
	"bson":       "go.mongodb.org/mongo-driver/v2/bson",
	"redis":      "github.com/redis/go-redis/v9",

	"propagation": "go.opentelemetry.io/otel/propagation",
}

// standard are the packages of the standard library that snippets use.
var standard = []string{
	"context", "encoding/json", "errors", "fmt", "log", "log/slog", "net/http", "os", "os/signal", "syscall", "testing", "time",
}

var (
	// fenced matches a block of Go on a page.
	fenced = regexp.MustCompile("(?ms)^```go\n(.*?)^```")
	// elision matches a line that stands for code which is left out.
	elision = regexp.MustCompile(`(?m)^\s*(?:…|\.\.\.)$`)
)

// TestGoOnPages compiles the Go of the pages against the exported API: whole files as they are, and snippets within a
// function.
func TestGoOnPages(t *testing.T) {
	checked := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fenced.FindAllSubmatchIndex(text, -1) {
			checked++
			line := 1 + strings.Count(string(text[:m[2]]), "\n")
			check(t, fmt.Sprintf("%s:%d", page, line), string(text[m[2]:m[3]]))
		}
	}
	if checked < 15 {
		t.Errorf("only %d blocks were found", checked)
	}
}

// TestGoInPackageComments compiles the code in the comments of the packages that users import.
func TestGoInPackageComments(t *testing.T) {
	e := loaded(t)
	with := 0
	for _, p := range e.ours {
		file := filepath.Join("../..", strings.TrimPrefix(p.Path(), module), "doc.go")
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		any := false
		for _, block := range new(comment.Parser).Parse(tree.Doc.Text()).Content {
			if code, ok := block.(*comment.Code); ok && strings.Contains(code.Text, "(") {
				any = true
				check(t, file, code.Text)
			}
		}
		if any {
			with++
		}
	}
	if with < len(e.ours)-2 {
		t.Errorf("only %d of %d packages show code", with, len(e.ours))
	}
}

// pages returns the README, the pages of the manual, and those beside examples and scripts.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../../*.md", "../../[^.]*/*.md", "../../[^.]*/*/*.md"} {
		some, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

// check type-checks a snippet and reports what does not hold.
func check(t *testing.T, where, code string) {
	t.Helper()
	for _, problem := range loaded(t).problems(code) {
		t.Errorf("%s: %s", where, problem)
	}
	if m := unbounded.FindString(code); m != "" {
		t.Errorf("%s: %s: ctx has ended when a service stops, or never ends; pass a context with a deadline of its own", where, m)
	}
}

// unbounded matches calls of Shutdown that stop nothing when a signal has ended ctx, or that may never return.
var unbounded = regexp.MustCompile(`\.Shutdown\((ctx|r\.Context\(\)|context\.\w+\(\))\)`)

// TestSnippetsThatDoNotHold shows what [TestGoOnPages] finds.
func TestSnippetsThatDoNotHold(t *testing.T) {
	const program = "package main\n\nimport \"" + module + "eventmap\"\n\nfunc main() { "
	for name, tc := range map[string]struct{ code, problem string }{
		"statements":          {"m, err := eventmap.ParseFile(`events.yaml`)\n// …\nif err != nil {\n\treturn err\n}", ""},
		"declarations":        {"func TestX(t *testing.T) { rec := analyticstest.New(t, m); signUp(rec.Client) }", ""},
		"file":                {program + "_, _ = eventmap.ParseFile(`a`) }", ""},
		"elision":             {"store, err := mongostore.Open(ctx, mongostore.Config{})\n...\ndefer store.Shutdown(ctx)", ""},
		"syntax":              {"m, err := eventmap.ParseFile(", "expected"},
		"function":            {"m, err := eventmap.LoadFile(`events.yaml`)", "undefined: eventmap.LoadFile"},
		"package":             {"m, err := eventmaps.ParseFile(`events.yaml`)", "undefined: eventmaps"},
		"field":               {"store, err := mongostore.Open(ctx, mongostore.Config{Host: `a`})", "unknown field Host"},
		"parameter":           {"store, err := mongostore.Open(mongostore.Config{})", "not enough arguments"},
		"method of a result":  {"tel, err := telemetry.Setup(ctx)\ntel.Flee()", "tel.Flee undefined"},
		"method of the given": {"client.Follow(ctx)", "client.Follow undefined"},
		"function in a file":  {program + "_, _ = eventmap.LoadFile(`a`) }", "undefined: eventmap.LoadFile"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(loaded(t).problems(tc.code), "\n")
			if (got == "") != (tc.problem == "") || !strings.Contains(got, tc.problem) {
				t.Errorf("%q, want %q", got, tc.problem)
			}
		})
	}
}

// problems returns what the compiler says about a snippet: statements, declarations, or a whole file.
func (e *exported) problems(code string) []string {
	fset := token.NewFileSet()
	file, err := parsed(fset, code, e.imports(code))
	if err != nil {
		return []string{err.Error()}
	}
	var all []string
	report := func(err error) {
		te, ok := err.(types.Error) //nolint:errorlint // as the type checker documents
		switch {
		case ok && te.Soft: // a variable that is not used
		case ok && te.Msg == "no new variables on left side of :=": // two snippets in one block
		case ok && slices.Contains(theirs, strings.TrimPrefix(te.Msg, "undefined: ")):
		default:
			all = append(all, err.Error())
		}
	}
	p := types.NewPackage("page", "main")
	if !strings.HasPrefix(code, "package ") {
		for _, name := range e.given.Names() {
			p.Scope().Insert(e.given.Lookup(name))
		}
	}
	checker := types.NewChecker(&types.Config{Importer: e, Error: report}, fset, p, nil)
	_ = checker.Files([]*ast.File{file}) // reported
	return all
}

// parsed parses a snippet: a whole file as it is, declarations below the imports, statements in a function.
func parsed(fset *token.FileSet, code, imports string) (*ast.File, error) {
	code = elision.ReplaceAllString(code, "")
	if strings.HasPrefix(code, "package ") {
		return parser.ParseFile(fset, "snippet", code, 0)
	}
	head := "package main\n" + imports
	const line = "\n//line snippet:1\n"
	if file, err := parser.ParseFile(fset, "snippet", head+line+code, 0); err == nil {
		return file, nil
	}
	return parser.ParseFile(fset, "snippet", head+"func snippet() error {"+line+code+"\nreturn nil\n}", 0)
}

// imports declares the packages that code refers to.
func (e *exported) imports(code string) string {
	var b strings.Builder
	add := func(name, path string) {
		if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(code) {
			fmt.Fprintf(&b, "import %s %q\n", name, path)
		}
	}
	for name, p := range e.ours {
		add(name, p.Path())
	}
	for name, path := range others {
		add(name, path)
	}
	for _, p := range standard {
		add(path.Base(p), p)
	}
	return b.String()
}
