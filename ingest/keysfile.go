// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// maxKeysFile bounds a file of hashes, so that a wrong path does not fill the memory.
	maxKeysFile = 1 << 20
	// maxKeysFiles bounds the files of a directory.
	maxKeysFiles = 1000
)

// readKeys reads the hashes of a file, or of the files of a directory. Names that begin with a dot are left out, as those that Kubernetes
// puts beside the files of a Secret.
func readKeys(path string) ([]KeyHash, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return readKeysFile(path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
	if len(entries) > maxKeysFiles {
		return nil, fmt.Errorf("%s has more than %d files; a directory of keys never has so many: check the path", path, maxKeysFiles)
	}
	var keys []KeyHash
	var errs []error
	for _, e := range entries {
		more, err := readKeysFile(filepath.Join(path, e.Name()))
		keys, errs = append(keys, more...), append(errs, err)
	}
	return keys, errors.Join(errs...)
}

// readKeysFile reads a hash from each line. What follows a # is a comment.
func readKeysFile(path string) ([]KeyHash, error) {
	if err := regular(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxKeysFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxKeysFile {
		return nil, fmt.Errorf("%s is larger than 1 MiB; a file of keys is never that long: check the path", path)
	}
	var keys []KeyHash
	var errs []error
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		text, _, _ = strings.Cut(text, "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		k, err := ParseKeyHash(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: this line (not shown) is not the hash of a key, 64 hexadecimal digits", path, line))
			continue
		}
		keys = append(keys, k)
	}
	return keys, errors.Join(errs...)
}

// regular returns an error for what is no regular file. A pipe would keep its reader waiting until somebody writes.
func regular(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	kind := ""
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		kind = "a directory within a directory of keys"
	case mode&os.ModeNamedPipe != 0:
		kind = "a named pipe"
	case mode&os.ModeSocket != 0:
		kind = "a socket"
	case mode&os.ModeDevice != 0:
		kind = "a device"
	default:
		kind = "no regular file"
	}
	return fmt.Errorf("%s is %s; keys are read from a regular file, again whenever it changes: write their hashes into one", path, kind)
}
