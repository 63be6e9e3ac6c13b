// SPDX-License-Identifier: Apache-2.0

package suppression

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// FileName is the name of the copy in a data directory.
const FileName = "suppressed-users"

// SharedFileName returns the name of the copy in a directory that several processes share: it has a mark of the list, so that the
// lists of two collections do not replace one another.
func SharedFileName(of string) string {
	sum := sha256.Sum256([]byte(of))
	return FileName + "-" + hex.EncodeToString(sum[:4])
}

// The file is
//
//	magic    16 bytes
//	check     8 bytes: which key the hashes are made with
//	version   8 bytes, little endian: of the list
//	users     8 bytes, little endian: how many follow
//	user     16 bytes each, ascending
//	sum      32 bytes: SHA-256 of all that is before it
const (
	magic      = "otelanalytics-s1"
	headBytes  = len(magic) + 8 + 8 + 8
	entryBytes = 16
	maxBytes   = headBytes + MaxUsers*entryBytes + sha256.Size
)

// List is a set of users with what identifies it.
type List struct {
	Set
	Check   Check
	Version int64 // grows with each change
}

// What Read can return beside the operating system's errors.
var (
	// ErrDamaged: the file is not a whole list.
	ErrDamaged = errors.New("the file is damaged")
	// ErrKey: the list was made with another key.
	ErrKey = errors.New("the list was made with another key")
)

// Read reads a copy. The error is fs.ErrNotExist where there is none.
func Read(path string, check Check) (List, error) {
	f, err := os.Open(path)
	if err != nil {
		return List{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(maxBytes)+1))
	if err != nil {
		return List{}, err
	}
	l, ok := decode(b)
	switch {
	case !ok:
		return List{}, fmt.Errorf("%s: %w", f.Name(), ErrDamaged)
	case l.Check != check:
		return List{}, fmt.Errorf("%s: %w", f.Name(), ErrKey)
	}
	return l, nil
}

// Exists reports whether there is a copy.
func Exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func decode(b []byte) (l List, ok bool) {
	if len(b) < headBytes+sha256.Size || string(b[:len(magic)]) != magic {
		return l, false
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if have := sha256.Sum256(body); !bytes.Equal(have[:], sum) {
		return l, false
	}
	copy(l.Check[:], body[len(magic):])
	l.Version = int64(binary.LittleEndian.Uint64(body[headBytes-16:]))
	n := binary.LittleEndian.Uint64(body[headBytes-8:])
	entries := body[headBytes:]
	if n > MaxUsers || uint64(len(entries)) != n*entryBytes {
		return l, false
	}
	l.sorted = make([]entry, n)
	for i := range l.sorted {
		copy(l.sorted[i][:], entries[i*entryBytes:])
	}
	return l, slices.IsSortedFunc(l.sorted, compare)
}

func (l *List) encode() []byte {
	b := make([]byte, 0, headBytes+len(l.sorted)*entryBytes+sha256.Size)
	b = append(b, magic...)
	b = append(b, l.Check[:]...)
	b = binary.LittleEndian.AppendUint64(b, uint64(l.Version))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(l.sorted)))
	for i := range l.sorted {
		b = append(b, l.sorted[i][:]...)
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// Version returns the version of the list that a copy has; ok is false where it cannot be read.
func Version(path string) (version int64, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	var head [headBytes]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[:len(magic)]) != magic {
		return 0, false
	}
	return int64(binary.LittleEndian.Uint64(head[headBytes-16:])), true
}

// Write replaces a copy as a whole, durably, or leaves it as it is. Its owner and permissions stay; a new one is the directory's
// owner's alone. Several processes may write one copy: the last one counts.
func (l *List) Write(path string) (err error) {
	if err := removeLeft(path); err != nil {
		return err
	}
	temporary := path + "." + rand.Text() + temporarySuffix
	f, err := ownership.Create(temporary, os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary)
		}
	}()
	err = l.writeTo(f, path)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // not every system can sync a directory
		_ = d.Close()
	}
	return nil
}

const (
	temporarySuffix = ".tmp"
	// leftAfter is how old a temporary file is at least that a process left which died.
	leftAfter = time.Minute
)

// removeLeft removes the temporary files of processes that died.
func removeLeft(path string) error {
	files, err := filepath.Glob(path + ".*" + temporarySuffix) // whose pattern has no mistake
	for _, file := range files {
		info, failed := os.Stat(file)
		if failed == nil && time.Since(info.ModTime()) > leftAfter {
			failed = os.Remove(file)
		}
		if failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = errors.Join(err, failed)
		}
	}
	return err
}

func (l *List) writeTo(f *os.File, path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil:
		err = ownership.Keep(f, info)
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(l.encode()); err != nil {
		return err
	}
	return f.Sync()
}
