// SPDX-License-Identifier: Apache-2.0

//go:build unix

package ingest_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// TestKeysAreInRegularFiles: nothing else is opened, since to open a pipe waits for its writer.
func TestKeysAreInRegularFiles(t *testing.T) {
	dir, err := os.MkdirTemp("", "keys") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	pipe, socket, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "link")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(pipe, link); err != nil {
		t.Fatal(err)
	}
	listening, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listening.Close()
	for path, want := range map[string][]string{
		pipe:        {pipe + " is a named pipe; keys are read from a regular file"},
		link:        {link + " is a named pipe; keys are read from a regular file"},
		socket:      {socket + " is a socket; keys are read from a regular file"},
		"/dev/null": {"/dev/null is a device; keys are read from a regular file"},
		dir:         {pipe + " is a named pipe", link + " is a named pipe", socket + " is a socket"},
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, err := ingest.FromConfig(config.Config{Ingest: config.Ingest{Sources: []config.IngestSource{{Name: "web", KeysFile: path}}}})
			if err == nil {
				t.Fatal("it is taken")
			}
			for _, text := range want {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("the error does not say %q:\n%v", text, err)
				}
			}
		})
	}
}
