// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

var errHeld = errors.New("filesystem: lock is held")

// Lock keeps the lock file open until the returned closer is closed. The file
// stays in the directory: removing it would let two processes lock two
// different files of one name. When somebody removes it all the same while it is being
// locked, the file that has the name by then is locked.
func (osFS) Lock(name string) (LockFile, error) {
	for attempt := 0; ; attempt++ {
		f, err := lock(name)
		if err != nil {
			return nil, err
		}
		if f.InPlace() == nil {
			return f, nil
		}
		if attempt == placeAttempts {
			return unplaced{f}, nil
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

// unplaced is a lock on a file system that cannot tell whether two files are one.
type unplaced struct{ LockFile }

func (unplaced) InPlace() error { return nil }

func lock(name string) (LockFile, error) {
	f, err := ownership.OpenOrCreate(name, os.O_RDWR, fileMode)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		// Whoever looks after a journal, with Holder, has the lock for an instant.
		if err = lockFile(f, true); !errors.Is(err, errHeld) || attempt == lockAttempts {
			break
		}
		time.Sleep(lockPause)
	}
	if err != nil {
		defer f.Close()
		if errors.Is(err, errHeld) {
			return nil, &HeldError{Name: name, PID: holder(f)}
		}
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	// The process id is for people who read the message; a full disk must not
	// keep the journal shut.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return osFile{f}, nil
}

const (
	placeAttempts = 3
	lockAttempts  = 50
	lockPause     = time.Millisecond
)

// Holder takes the lock shared, for an instant, when nobody has it.
func (osFS) Holder(name string) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := lockFile(f, false); errors.Is(err, errHeld) {
		return &HeldError{Name: name, PID: holder(f)}
	} else if err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	return nil
}

func holder(f *os.File) int {
	var text [32]byte
	n, err := f.ReadAt(text[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}
