// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// maxProgram bounds what a program that is wired as the documentation says compiles and links.
var maxProgram = size{packages: 172, bytes: 23_000_000}

// size is how large a program is.
type size struct {
	packages int   // of other modules
	bytes    int64 // of the program, linked with symbols for linux/amd64
}

// TestProgramsInTheDocsCompile builds the first Go program of each page as if it were a package of this module.
func TestProgramsInTheDocsCompile(t *testing.T) {
	for _, page := range []string{"README.md", "docs/getting-started.md"} {
		t.Run(page, func(t *testing.T) { compile(t, page) })
	}
}

// compile builds the program of a page, and holds it to maxProgram.
func compile(t *testing.T, page string) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```go\n")
	program, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("no Go program on the page")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "internal/page/main.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "program")
	cmd := exec.Command("go", "build", "-overlay", file, "-o", program, "./internal/page")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	built, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS+runtime.GOARCH == "linuxamd64" && built.Size() > maxProgram.bytes {
		t.Errorf("the program has %d bytes, more than %d; go tool nm -size -sort size shows what is large", built.Size(), maxProgram.bytes)
	}
	if n := len(thirdParty(t, "-overlay", file, "./internal/page")); n > maxProgram.packages {
		t.Errorf("the program compiles %d packages of other modules, more than %d", n, maxProgram.packages)
	}
}
