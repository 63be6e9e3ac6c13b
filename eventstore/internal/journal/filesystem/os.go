// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"io/fs"
	"os"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// OS returns the file system of the operating system.
func OS() FS { return osFS{} }

type osFS struct{}

var _ FS = osFS{}

// The directory holds what users did: nobody else on the machine may read it. Its owner can, also what root makes in it.
const (
	directoryMode = 0o700
	fileMode      = 0o600
)

func (osFS) Mkdir(dir string) error {
	err := ownership.Mkdir(dir, directoryMode)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some systems refuse a directory that is there for another reason first.
	if info, failed := os.Stat(dir); failed == nil && info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: dir, Err: fs.ErrExist}
	}
	return err
}

func (osFS) ReadDir(dir string) ([]Entry, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(list))
	for _, e := range list {
		entry := Entry{Name: e.Name(), Regular: e.Type().IsRegular()}
		if entry.Regular {
			info, err := e.Info()
			if os.IsNotExist(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			entry.Size, entry.Modified = info.Size(), info.ModTime().UnixNano()
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func (osFS) Create(name string) (File, error) {
	f, err := ownership.Create(name, os.O_RDWR, fileMode)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

func (osFS) Open(name string) (File, error) { return open(name, os.O_RDONLY) }

func (osFS) Edit(name string) (File, error) { return open(name, os.O_RDWR) }

func (osFS) Rename(from, to string) error { return inUse(os.Rename(from, to)) }

func (osFS) Remove(name string) error { return inUse(os.Remove(name)) }

func open(name string, flag int) (File, error) {
	f, err := OpenShared(name, flag)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

type osFile struct{ *os.File }

var _ File = osFile{}

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
