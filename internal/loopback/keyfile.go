// SPDX-License-Identifier: Apache-2.0

package loopback

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// NewFromFile returns a guard with the key of a file, which it makes with mode 0600 when it is not there. Browsers stay known when
// the process is restarted. A file that others than its owner can use is refused, and so is one of another user.
func NewFromFile(path string) (*Guard, error) {
	g := New()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // it follows no link that somebody left there
	if err == nil {
		_, err = f.Write(g.key)
		return g, errors.Join(err, f.Close())
	}
	if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if g.key, err = readKey(path); err != nil {
		return nil, err
	}
	return g, nil
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path) // opening a pipe would wait
	if err != nil {
		return nil, err
	}
	if err := private(path, info); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if err := private(path, info); err != nil { // it may be another one now
		return nil, err
	}
	key, err := io.ReadAll(io.LimitReader(f, keyBytes+1))
	if err != nil {
		return nil, err
	}
	if len(key) != keyBytes {
		return nil, fmt.Errorf("%s does not hold a key of %d bytes: delete it, and a new one is made", path, keyBytes)
	}
	return key, nil
}

// private returns an error for a file that other users can have read or written.
func private(path string, info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file: name another one", path)
	case runtime.GOOS == "windows": // its permissions are not in the mode
		return nil
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s has the mode %#o, so that other users can use the key: delete it, and a new one is made with the mode 0600", path, info.Mode().Perm())
	case !owned(info):
		return fmt.Errorf("%s is of another user: delete it, and a new one is made", path)
	}
	return nil
}
