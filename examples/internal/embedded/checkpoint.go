// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver that FerretDB registers
)

// checkpoint moves what a killed server left in SQLite's write-ahead logs into
// the databases of a directory, whose path is that of a file: URI. SQLite
// itself does so at its first commit, from the beginning of the log: a server
// that is killed again and again never comes to the end of it, and becomes
// slower with each kill.
func checkpoint(ctx context.Context, dir string) error {
	logs, err := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.sqlite-wal"))
	if err != nil {
		return err
	}
	for _, log := range logs {
		if info, err := os.Stat(log); err != nil || info.Size() == 0 {
			continue
		}
		file := log[:len(log)-len("-wal")]
		db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(file)+"?_pragma=busy_timeout(10000)")
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
		if err = errors.Join(err, db.Close()); err != nil {
			return fmt.Errorf("embedded: write-ahead log of %s: %w", file, err)
		}
	}
	return nil
}
