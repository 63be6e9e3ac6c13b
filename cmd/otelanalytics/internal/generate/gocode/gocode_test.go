// SPDX-License-Identifier: Apache-2.0

package gocode_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/gocode"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

func generate(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := clitest.Run(t, gocode.New(), args...)
	if code != 0 {
		t.Fatalf("%q: exit code %d\n%s", args, code, errs)
	}
	return out
}

// packages writes sources as packages of this module, and returns a pattern for them.
func packages(t *testing.T, sources ...string) string {
	t.Helper()
	dir, err := os.MkdirTemp("testdata", "made") // below testdata, no pattern with ... finds it by itself
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	for i, source := range sources {
		pkg := filepath.Join(dir, fmt.Sprintf("p%d", i))
		if err := os.Mkdir(pkg, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(pkg, "events.go"), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return "./" + dir + "/..."
}

func vet(pattern string) (string, error) {
	out, err := exec.Command("go", "vet", pattern).CombinedOutput()
	return string(out), err
}

var generated = regexp.MustCompile("// Code generated .*\n")

// TestEveryMapMakesCodeThatVets takes every map of this repository, one of names that are hard to say in Go, and one
// whose code has no use for package typed.
func TestEveryMapMakesCodeThatVets(t *testing.T) {
	maps := []string{"testdata/names.yaml", "testdata/texts.yaml"}
	for _, pattern := range []string{"eventmap/testdata/valid/*.yaml", "examples/*/events.yaml"} {
		more, err := filepath.Glob("../../../../../" + pattern)
		if err != nil || len(more) < 2 {
			t.Fatalf("%s: %v, %v", pattern, more, err)
		}
		maps = append(maps, more...)
	}
	var sources []string
	for _, m := range maps {
		source := generate(t, m)
		if again := generate(t, m); again != source {
			t.Errorf("%s: the code is not the same the second time", m)
		}
		parsed, err := eventmap.ParseFile(m)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(source, fmt.Sprintf("const MapVersion = %q\n", parsed.Hash())) {
			t.Errorf("%s: the code does not say which map it was made from", m)
		}
		// Without the line that says so, no tool is lenient with generated code.
		sources = append(sources, generated.ReplaceAllString(source, ""))
	}
	pattern := packages(t, sources...)
	if out, err := vet(pattern); err != nil {
		t.Errorf("%v\n%s\n%q", err, out, maps)
	}
	find := exec.Command("go", "tool", "-modfile=tools.mod", "-n", "staticcheck") // builds it
	find.Dir = "../../../../.."                                                   // -modfile is not for a folder with a go.work
	staticcheck, err := find.Output()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(strings.TrimSpace(string(staticcheck)), pattern).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s\n%q", err, out, maps)
	}
}

// TestCodeOfAnotherVersionDoesNotCompile pretends that the generator is newer, and older, than the SDK.
func TestCodeOfAnotherVersionDoesNotCompile(t *testing.T) {
	source := generate(t, "testdata/names.yaml")
	for _, version := range []string{"0", "1000"} {
		other := strings.NewReplacer("(1 - typedimpl.MinVersion)", "("+version+" - typedimpl.MinVersion)",
			"(typedimpl.MaxVersion - 1)", "(typedimpl.MaxVersion - "+version+")").Replace(source)
		if other == source {
			t.Fatal("the code has no version")
		}
		if out, err := vet(packages(t, other)); err == nil || !strings.Contains(out, "EnforceVersion") {
			t.Errorf("version %s: %v\n%s", version, err, out)
		}
	}
}

func TestNames(t *testing.T) {
	clitest.Golden(t, "testdata/names.golden", generate(t, "--package", "names", "testdata/names.yaml"))
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "events", "events.go")
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"missing", []string{"--check", "--out", out, "testdata/names.yaml"}, 1, out + ": new\n"},
		{"written", []string{"--out", out, "testdata/names.yaml"}, 0, out + ": new\n"},
		{"fresh", []string{"--check", "--out", out, "testdata/names.yaml"}, 0, out + ": unchanged\n"},
		{"of another map", []string{"--check", "--out", out, "internal/shop/events.yaml"}, 1, out + ": changed\n"},
		{"package", []string{"--package", "not a name", "testdata/names.yaml"}, 2, ""},
		{"keyword", []string{"--package", "func", "testdata/names.yaml"}, 2, ""},
		{"no map", nil, 2, ""},
	} {
		if code, said, errs := clitest.Run(t, gocode.New(), test.args...); code != test.code || said != test.says {
			t.Errorf("%s: exit code %d, want %d\n%s%s", test.name, code, test.code, said, errs)
		}
	}
	t.Setenv("GOPACKAGE", "shop")
	if code := generate(t, "testdata/names.yaml"); !strings.Contains(code, "\npackage shop\n") {
		t.Error("the package is not the one of go generate")
	}
}
