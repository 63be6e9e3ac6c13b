// SPDX-License-Identifier: Apache-2.0

package filesystem

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"

	"github.com/otelanalytics/otelanalytics-go/internal/ownership"
)

// Map maps the file with MAP_SHARED: its pages are the page cache's, which the
// kernel writes to the disk whatever becomes of the process.
func (osFS) Map(name string, size int64) (File, error) {
	f, err := ownership.Create(name, os.O_RDWR, fileMode)
	if err != nil {
		return nil, err
	}
	// Zeros are written, so that no page lacks its place on the disk later.
	_, err = f.WriteAt(make([]byte, size), 0)
	if err == nil {
		var data []byte
		data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		if err == nil {
			return &mappedFile{osFile{f}, data}, nil
		}
		err = fmt.Errorf("map %s: %w", name, unsupported(err, unix.ENODEV, unix.EINVAL))
	}
	return nil, errors.Join(err, f.Close(), os.Remove(name))
}

// mappedFile is a file of which the content is mapped.
type mappedFile struct {
	osFile
	data []byte
}

// WriteAt copies into the mapping. A page that the system cannot provide, as
// on a disk that fails, is an error, where a program would die of SIGBUS.
func (m *mappedFile) WriteAt(p []byte, offset int64) (n int, err error) {
	if offset < 0 || offset > int64(len(m.data)) || len(p) > len(m.data)-int(offset) {
		return 0, fmt.Errorf("%s: %d bytes at %d lead past its mapping of %d: %w", m.Name(), len(p), offset, len(m.data), io.ErrShortWrite)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			n, err = 0, fmt.Errorf("%s: a mapped page is not there: %w", m.Name(), unix.EIO)
		default:
			panic(fault)
		}
	}()
	return copy(m.data[offset:], p), nil
}

// Truncate is no operation on a mapping.
func (m *mappedFile) Truncate(int64) error {
	return fmt.Errorf("truncate %s: %w", m.Name(), errors.ErrUnsupported)
}

func (m *mappedFile) Close() error {
	err := unix.Munmap(m.data)
	m.data = nil
	return errors.Join(err, m.osFile.Close())
}

// Reserve allocates blocks, unwritten ones, and leaves the length.
func (f osFile) Reserve(size int64) error { return Reserve(f.File, size) }

// Reserve is that of a File for an open file.
func Reserve(f *os.File, size int64) error {
	for {
		err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, 0, size)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("allocate %s: %w", f.Name(), unsupported(err, unix.EOPNOTSUPP, unix.ENOSYS))
		}
		return nil
	}
}

// unsupported makes an error that says so of one of those given.
func unsupported(err error, these ...error) error {
	for _, e := range these {
		if errors.Is(err, e) {
			return fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
		}
	}
	return err
}
