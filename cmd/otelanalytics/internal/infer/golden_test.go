// SPDX-License-Identifier: Apache-2.0

package infer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
)

// TestWholeMap shows a whole map, of the forms that Segment's clients and the SDK have.
func TestWholeMap(t *testing.T) {
	var b strings.Builder
	for u := range 60 {
		fmt.Fprintf(&b, `{"type":"track","event":"Order Completed","userId":"u%d","messageId":"m%d","properties":{"currency":%q,"total":%d.5,"email":"u%d@example.com","products":[{"sku":"s%d","quantity":1}]}}`+"\n",
			u, u, []string{"EUR", "EUR", "USD"}[u%3], u, u, u%7)
		if u%2 == 0 {
			fmt.Fprintf(&b, `{"type":"page","userId":"u%d","properties":{"path":"/p/%d","title":null}}`+"\n", u, u)
		}
		if u%10 == 0 {
			fmt.Fprintf(&b, `{"event_type":"login","user_id":"u%d","event_data":{"method":"password","ok":%v}}`+"\n", u, u%20 == 0)
		}
	}
	got := inferred(t, file(t, b.String()))
	clitest.Golden(t, "testdata/whole.yaml", got)
	loaded(t, got)
	m := loaded(t, string(draft.Taken([]byte(got))))
	if len(m.Metrics()) != 4 {
		t.Errorf("%d metrics are proposed", len(m.Metrics()))
	}
}

// TestOut: --out writes the file, and --check says whether it is as it would be written.
func TestOut(t *testing.T) {
	in, out := file(t, login), filepath.Join(t.TempDir(), "events.yaml")
	if code, _, errs := clitest.Run(t, infer.New(), "--out", out, in); code != 0 {
		t.Fatal(errs)
	}
	written, err := os.ReadFile(out)
	if err != nil || string(written) != inferred(t, in) {
		t.Fatalf("%v\n%s", err, written)
	}
	if code, _, errs := clitest.Run(t, infer.New(), "--check", "--out", out, in); code != 0 {
		t.Error(errs)
	}
	if code, _, _ := clitest.Run(t, infer.New(), "--check", "--out", out, file(t, login+login)); code != 1 {
		t.Errorf("exit code %d for a file that would be another", code)
	}
}
