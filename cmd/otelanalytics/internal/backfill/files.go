// SPDX-License-Identifier: Apache-2.0

package backfill

import (
	"context"
	"io"
	"path/filepath"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
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
	err = cli.Replace(path, 0o644, func(w io.Writer) error {
		samples, err = s.writeTo(w)
		return err
	})
	if err == nil && t.verify {
		err = verify(path, s)
	}
	return name, samples, err
}
