// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

// files writes each slice as a file of its own.
type files struct {
	dir    string
	verify bool
}

// fileForm names a file by its first step.
const fileForm = "20060102T150405Z.om"

func (t *files) write(_ context.Context, s *slice) (name string, samples int64, err error) {
	name = time.UnixMilli(s.grid.at(s.first)).UTC().Format(fileForm)
	path := filepath.Join(t.dir, name)
	err = replace(path, func(f *os.File) error {
		samples, err = s.writeTo(f)
		return err
	})
	if err == nil && t.verify {
		err = verify(path, s)
	}
	return name, samples, err
}
