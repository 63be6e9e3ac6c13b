// SPDX-License-Identifier: Apache-2.0

package analyticstest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"
)

// exampleT stands for the *testing.T that a test has and an example has not.
type exampleT struct {
	testing.TB
	cleanups []func()
}

func (t *exampleT) Helper()                  {}
func (t *exampleT) Context() context.Context { return context.Background() }
func (t *exampleT) Output() io.Writer        { return io.Discard }
func (t *exampleT) Cleanup(f func())         { t.cleanups = append(t.cleanups, f) }

func (t *exampleT) Error(args ...any)                 { fmt.Println(args...) }
func (t *exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (t *exampleT) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (t *exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func (t *exampleT) TempDir() string {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// end runs the clean-ups, the last one first.
func (t *exampleT) end() {
	for n := len(t.cleanups); n > 0; n-- {
		t.cleanups[n-1]()
	}
}
