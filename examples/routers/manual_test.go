// SPDX-License-Identifier: Apache-2.0

package routers

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// manual is the page whose snippets for other routers are compiled here: the root module has no router.
const manual = "../../docs/http.md"

// given declares what a snippet takes for granted.
const given = `package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"

	"github.com/otelanalytics/otelanalytics-go/httpinstr"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

func main() {
	var client *otelanalytics.Client
	router, engine := chi.NewRouter(), gin.New()
	_, _ = router, engine
`

var block = regexp.MustCompile("(?ms)^```go\n(.*?)^```")

// TestManual compiles the snippets of the manual that need a router.
func TestManual(t *testing.T) {
	page, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	snippets := 0
	for _, m := range block.FindAllStringSubmatch(string(page), -1) {
		if !strings.Contains(m[1], "chi.") && !strings.Contains(m[1], "gin.") {
			continue
		}
		snippets++
		dir := t.TempDir()
		source := filepath.Join(dir, "main.go")
		overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(here, "page/main.go"): source}})
		if err != nil {
			t.Fatal(err)
		}
		program := given + m[1] + "\tvar _ http.Handler = handler\n}\n"
		for name, content := range map[string][]byte{source: []byte(program), filepath.Join(dir, "overlay.json"): overlay} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", os.DevNull, "./page").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\n%s", err, out, m[1])
		}
	}
	if snippets != 2 {
		t.Errorf("%s has %d snippets with routers, want those for chi and gin", manual, snippets)
	}
}
