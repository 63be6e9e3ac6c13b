// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
)

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/valid/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "testdata/mistakes.yaml") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	base, err := os.ReadFile("testdata/refusals_base.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range refusals.Read(f, refusalFile) {
		f.Add([]byte(strings.Replace(c.Text, "BASE\n", string(base), 1)))
	}
	f.Add([]byte(hashed))
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		start := time.Now()
		m, err := Parse(data)
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("took %v", d)
		}
		if !bytes.Equal(before, data) {
			t.Error("the input was changed")
		}
		if err != nil {
			checkErrors(t, err, data)
			return
		}
		checkInvariants(t, m)
		checkHashIsStable(t, m, data)
	})
}

// checkErrors checks that every mistake has a place in the file, and that they are sorted.
func checkErrors(t *testing.T, err error, data []byte) {
	t.Helper()
	errs, ok := errors.AsType[Errors](err)
	if !ok || len(errs) == 0 {
		t.Fatalf("%T: %v", err, err)
	}
	// YAML also breaks lines at a lone CR and at three characters of Unicode.
	lines := 1
	for _, c := range string(data) {
		if strings.ContainsRune("\n\r\u0085\u2028\u2029", c) {
			lines++
		}
	}
	for i, e := range errs {
		if e.Line < 1 || e.Line > lines || e.Column < 1 || e.Problem == "" || e.Fix == "" || strings.ContainsAny(e.Error(), "\n\r") {
			t.Errorf("%+v in a file of %d lines", e, lines)
		}
		if i > 0 && (e.Line < errs[i-1].Line || e.Line == errs[i-1].Line && e.Column < errs[i-1].Column) {
			t.Errorf("%v comes after %v", e, errs[i-1])
		}
	}
}
