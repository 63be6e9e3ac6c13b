// SPDX-License-Identifier: Apache-2.0

//go:build unix

package user_test

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

// TestConfirmation types at the command on a terminal.
func TestConfirmation(t *testing.T) {
	collection, command := clitest.MongoDB(t), clitest.Binary(t)
	t.Chdir(t.TempDir())
	if _, err := collection.InsertOne(t.Context(), bson.M{"user_id": ada, "event_type": "identify", "anonymous_id": "browser-9"}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, typed string
		code        int
		left        int64
		says        string
	}{
		{"another id", bob + "\n", 2, 1, "that is not the user's id; nothing was deleted"},
		{"yes", "yes\n", 2, 1, "nothing was deleted"},
		{"nothing", "\n", 2, 1, "nothing was deleted"},
		{"the end of the input", "\x04", 2, 1, "nothing was deleted"},
		{"ctrl-C", "\x03", 2, 1, "interrupted; nothing was deleted"},
		{"the id", ada + "\n", 0, 0, "deleted: 1 event"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // for a program that asks something else
			defer cancel()
			cmd := exec.CommandContext(ctx, command, "user", "delete", ada, "--with-aliases")
			terminal, err := pty.Start(cmd)
			if err != nil {
				t.Skipf("no pseudo-terminal: %v", err)
			}
			defer terminal.Close()
			var shown strings.Builder
			for b := make([]byte, 1024); !strings.Contains(shown.String(), "Type the user's id to continue: "); {
				n, err := terminal.Read(b)
				shown.Write(b[:n])
				if err != nil {
					t.Fatalf("it did not ask: %s", &shown)
				}
			}
			if !strings.Contains(shown.String(), "The events of these linked ids are deleted, too: browser-9.") {
				t.Errorf("the question is %s", &shown)
			}
			if _, err := terminal.WriteString(test.typed); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(terminal)
			if err != nil && !errors.Is(err, syscall.EIO) { // how Linux says that the other side is closed
				t.Fatal(err)
			}
			_ = cmd.Wait() // the code says it
			if code := cmd.ProcessState.ExitCode(); code != test.code || !strings.Contains(string(rest), test.says) || stored(t, collection, ada) != test.left {
				t.Errorf("exit code %d, %d documents are left\n%s%s", code, stored(t, collection, ada), &shown, rest)
			}
		})
	}
}
