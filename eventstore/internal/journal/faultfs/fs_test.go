// SPDX-License-Identifier: Apache-2.0

package faultfs

import (
	"bytes"
	"errors"
	"io/fs"
	"syscall"
	"testing"
)

func TestPowerLoss(t *testing.T) {
	f := New()
	f.MkdirAll("d")
	durable, _ := f.Create("d/durable")
	_, _ = durable.WriteAt([]byte("one"), 0)
	if err := errors.Join(durable.Sync(), f.SyncDir("d")); err != nil {
		t.Fatal(err)
	}
	_, _ = durable.WriteAt([]byte("two"), 3)
	unnamed, _ := f.Create("d/unnamed")
	_, _ = unnamed.WriteAt([]byte("x"), 0)
	_ = unnamed.Sync()

	strict := f.After(Strict(), 1)
	if got := strict.Get("d/durable"); string(got) != "one" {
		t.Errorf("durable content %q", got)
	}
	if strict.Get("d/unnamed") != nil {
		t.Error("a name that was not fsynced is there")
	}
	kill := f.After(Kill(), 1)
	if string(kill.Get("d/durable")) != "onetwo" || string(kill.Get("d/unnamed")) != "x" {
		t.Error("a kill takes something away")
	}
	for _, loss := range Losses() {
		for seed := range uint64(50) {
			if got := f.After(loss, seed).Get("d/durable"); !bytes.HasPrefix(got, []byte("one")) {
				t.Fatalf("%s loses what is durable: %q", loss.Name, got)
			}
		}
	}
}

func TestFailedSyncStaysUndurable(t *testing.T) {
	f := New()
	f.MkdirAll("d")
	file, _ := f.Create("d/f")
	_, _ = file.WriteAt([]byte("lost"), 0)
	f.SetHook(func(op Op) *Fault {
		if op.Kind == Sync {
			return &Fault{Err: syscall.EIO}
		}
		return nil
	})
	if err := file.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	f.SetHook(nil)
	if err := errors.Join(file.Sync(), f.SyncDir("d")); err != nil {
		t.Fatal(err)
	}
	if got := f.After(Strict(), 1).Get("d/f"); len(got) != 0 {
		t.Fatalf("%q became durable by asking twice", got)
	}
}

func TestCrashAndSpace(t *testing.T) {
	f := New()
	f.MkdirAll("d")
	f.SetSpace(5)
	file, _ := f.Create("d/f")
	if n, err := file.WriteAt([]byte("12345678"), 0); n != 5 || !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("%d, %v", n, err)
	}
	f.SetSpace(-1)
	f.CrashAt(f.Ops())
	if n, err := file.WriteAt([]byte("abcd"), 5); n != 2 || !errors.Is(err, ErrCrashed) || !f.Crashed() {
		t.Fatalf("%d, %v", n, err)
	}
	if _, err := f.Open("d/f"); !errors.Is(err, ErrCrashed) {
		t.Fatal(err)
	}
	if got := f.After(Kill(), 1).Get("d/f"); string(got) != "12345ab" {
		t.Fatalf("%q", got)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); !errors.Is(err, fs.ErrClosed) {
		t.Fatal(err)
	}
}
