// SPDX-License-Identifier: Apache-2.0

package services

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/tests/exporters/internal/pinned"
)

// root is the root of the repository.
func root(t testing.TB) string {
	t.Helper()
	dir, err := pinned.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func cardGameMap(t testing.TB) *eventmap.Map {
	t.Helper()
	m, err := eventmap.ParseFile(filepath.Join(root(t), "examples", "cardgame", "events.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Build builds a program of the examples, given its package below that module, and returns its path.
func Build(t testing.TB, pkg string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(pkg))
	build := exec.Command("go", "build", "-o", program, pkg)
	build.Dir = filepath.Join(root(t), "examples")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// StartCardGame starts the card game, observing every fifteen seconds, and returns its address.
func StartCardGame(t testing.TB, mongoURI, redisAddr string) string {
	t.Helper()
	cmd := exec.Command(Build(t, "./cardgame"), "-addr", "127.0.0.1:0", "-metrics-addr", "", "-data-dir", t.TempDir(),
		"-mongodb-uri", mongoURI, "-redis-addr", redisAddr, "-observe-every", "15s")
	cmd.Dir = t.TempDir()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-ended
		_ = cmd.Wait()
	})
	address := make(chan string, 1)
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			if rest, ok := strings.CutPrefix(lines.Text(), "The service:"); ok {
				address <- strings.Fields(rest)[0]
			}
		}
	}()
	select {
	case url := <-address:
		return url
	case <-ended:
		t.Fatal("the card game ended")
	case <-time.After(time.Minute):
		t.Fatal("the card game does not say where it serves")
	}
	return ""
}
