// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// library is a module of this repository that users import, beside the root module: few services need what it needs.
type library struct {
	dir       string
	mayImport []string // packages of the root module
	page      string   // with programs, which a test of the library runs; empty: none
	shown     []string // packages of other modules on its page, beside those that it imports
}

var libraries = []library{{
	dir:       "grpcinstr",
	mayImport: []string{"eventctx"},
	page:      "docs/grpc.md",
	shown: []string{
		"google.golang.org/grpc/credentials/insecure", "google.golang.org/grpc/health", "google.golang.org/grpc/health/grpc_health_v1",
		"google.golang.org/grpc/metadata", "google.golang.org/protobuf/types/known/emptypb", "google.golang.org/protobuf/types/known/wrapperspb",
	},
}, {
	dir:       "natsstore",
	mayImport: []string{"eventstore"},
}, {
	dir:       "kafkastore",
	mayImport: []string{"eventstore"},
}}

// TestImportsOfLibraries holds libraries to what they may import of the root module. Internal packages are not for them:
// the go command may choose a later version of the root module than the one that a library was released with.
func TestImportsOfLibraries(t *testing.T) {
	for _, l := range libraries {
		cmd := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "./...")
		cmd.Dir = filepath.Join("../..", l.dir)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		used := make(map[string]bool)
		for path := range strings.FieldsSeq(string(out)) {
			imported, ours := strings.CutPrefix(path, module)
			if !ours || strings.HasPrefix(imported+"/", l.dir+"/") {
				continue
			}
			used[imported] = true
			if !slices.Contains(l.mayImport, imported) {
				t.Errorf("%s imports %s; it may import %v", l.dir, imported, l.mayImport)
			}
		}
		for _, imported := range l.mayImport {
			if !used[imported] {
				t.Errorf("%s may import %s and does not", l.dir, imported)
			}
		}
	}
}
