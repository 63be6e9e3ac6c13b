// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/pageprogram"
)

// maxProgram bounds what a program that is wired as the documentation says compiles and links.
var maxProgram = size{packages: 172, bytes: 24_730_000}

// size is how large a program is.
type size struct {
	packages int   // of other modules
	bytes    int64 // of the program, linked with symbols for linux/amd64
}

// TestProgramsInTheDocsCompile builds the programs of the pages, and holds them to maxProgram.
func TestProgramsInTheDocsCompile(t *testing.T) {
	for _, page := range pageprogram.Pages {
		t.Run(page, func(t *testing.T) {
			program := pageprogram.Build(t, page)
			built, err := os.Stat(program.File)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS+runtime.GOARCH == "linuxamd64" && built.Size() > maxProgram.bytes {
				t.Errorf("the program has %d bytes, more than %d; go tool nm -size -sort size shows what is large", built.Size(), maxProgram.bytes)
			}
			if n := len(thirdParty(t, "-overlay", program.Overlay, program.Package)); n > maxProgram.packages {
				t.Errorf("the program compiles %d packages of other modules, more than %d", n, maxProgram.packages)
			}
		})
	}
}

// TestEveryProgramIsRun looks for programs on pages that package pageprogram does not know, and so does not run. Pages of
// libraries are theirs to run.
func TestEveryProgramIsRun(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(filepath.ToSlash(page), "../../")
		if slices.ContainsFunc(libraries, func(l library) bool { return l.page == name }) {
			continue
		}
		programs := strings.Count(string(text), "\nfunc main() {")
		known := slices.Contains(slices.Concat(pageprogram.Pages, pageprogram.Others), name)
		if programs > 1 || known != (programs == 1) {
			t.Errorf("%s has %d programs; pageprogram.Pages or Others must name each page with one", name, programs)
		}
	}
}
