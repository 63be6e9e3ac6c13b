// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"os"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// TestMapsOnPages reads the event maps of pages that show a part of one.
func TestMapsOnPages(t *testing.T) {
	for _, page := range []string{"../../docs/http.md", "../../docs/grpc.md", "../../docs/observers.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "```yaml\n")
		block, _, ok := strings.Cut(rest, "```")
		if !ok {
			t.Errorf("%s has no map", page)
			continue
		}
		if _, err := eventmap.Parse([]byte("version: 1\n" + block)); err != nil {
			t.Errorf("%s: %v", page, err)
		}
	}
}
