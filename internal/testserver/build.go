// SPDX-License-Identifier: Apache-2.0

package testserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
)

// built has the path of each program that this process has built.
var built sync.Map // from name to func() (string, error)

// Build builds a package of a module of this repository into its .build folder, once per test process, and returns the program's path.
func Build(name, module, pkg string) (string, error) {
	once, _ := built.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		_, file, _, ok := runtime.Caller(0)
		if !ok || !filepath.IsAbs(file) {
			// -trimpath removes the directory; the tests need it.
			return "", errors.New("the repository cannot be found from a test built with -trimpath")
		}
		return buildIn(filepath.Dir(filepath.Dir(filepath.Dir(file))), name, module, pkg)
	}))
	return once.(func() (string, error))()
}

// buildIn builds the program into root's .build folder. Test packages that run
// at the same time take turns: whoever comes second finds it up to date.
func buildIn(root, name, module, pkg string) (string, error) {
	dir := filepath.Join(root, ".build")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(dir, name+".lock"))
	if err != nil {
		return "", fmt.Errorf("lock the build of the test server: %w", err)
	}
	defer unlock()

	program := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	// Never with the race detector: SQLite, translated to Go, would take
	// minutes to compile and run several times slower, and is not under test.
	cmd := exec.Command("go", "build", "-C", filepath.Join(root, filepath.FromSlash(module)), "-race=false", "-o", program, pkg)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the test server: %w\n%s", err, out)
	}
	return program, nil
}
